#include <map>
#include <memory>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct Session {
    int fd = -1;
    bool authorised = false;
};

class Server {
public:
    // After 65536 clients a number is given out a second time, and with it the first client's rights.
    unsigned short admit(int listener)
    {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0)
            return 0;
        const unsigned short id = m_nextSession++; // finding: id-wrap
        m_sessions[id].fd = fd;
        return id;
    }

    bool isAuthorised(unsigned short id) const
    {
        const auto found = m_sessions.find(id);
        return found != m_sessions.end() && found->second.authorised;
    }

private:
    sockaddr_un m_address{};
    unsigned short m_nextSession = 1;
    std::map<unsigned short, Session> m_sessions;
};
