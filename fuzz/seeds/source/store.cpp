// A store of named values that sessions share.

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace {
constexpr int kMaxSessions = 32;
constexpr std::size_t kBlock = 4 * 1024;
}

class Channel {
public:
    explicit Channel(int descriptor) : descriptor_(descriptor) {}
    virtual ~Channel() { ::close(descriptor_); }

    virtual void transfer(const std::string &text);
    int descriptor() const { return descriptor_; }

protected:
    int descriptor_;
    bool verbose_ = false;
};

void Channel::transfer(const std::string &text)
{
    ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
}

class Session : public Channel {
public:
    Session(int descriptor, int level);
    ~Session() override;

    void transfer(const std::string &text) override;
    std::string fetch(const std::string &key) const;
    void remember(const std::string &key, const std::string &value);
    static int count();

    int level;

private:
    bool allowed(const char *word) const;
    void grow(std::size_t wanted);

    std::map<std::string, std::string> values_;
    char *scratch_;
    std::size_t capacity_;
    int errors_;
    static int count_;
};

int Session::count_ = 0;

Session::Session(int descriptor, int level)
    : Channel(descriptor), level(level), scratch_(new char[kBlock]), capacity_(kBlock)
{
    ++count_;
}

Session::~Session()
{
    --count_;
}

int Session::count()
{
    return count_;
}

void Session::transfer(const std::string &text)
{
    try {
        grow(text.size());
    } catch (const std::bad_alloc &) {
        ++errors_;
        return;
    }
    std::memcpy(scratch_, text.data(), text.size());
    Channel::transfer(text);
}

std::string Session::fetch(const std::string &key) const
{
    auto found = values_.find(key);
    if (found == values_.end())
        throw std::out_of_range(key);
    return found->second;
}

void Session::remember(const std::string &key, const std::string &value)
{
    if (!allowed(key.c_str()))
        return;
    values_[key] = value;
}

bool Session::allowed(const char *word) const
{
    if (word == nullptr)
        return false;
    return std::strcmp(word, "root") != 0 || level > 3;
}

void Session::grow(std::size_t wanted)
{
    if (wanted <= capacity_)
        return;
    delete[] scratch_;
    scratch_ = new char[wanted];
    capacity_ = wanted;
}

class Registry {
public:
    void add(Session *session);
    Session *at(int index);
    void clear();

private:
    std::vector<Session *> sessions_;
    int last_index_ = -1;
};

void Registry::add(Session *session)
{
    if (sessions_.size() == kMaxSessions)
        throw std::length_error("too many sessions");
    sessions_.push_back(session);
}

Session *Registry::at(int index)
{
    last_index_ = index;
    return sessions_[index];
}

void Registry::clear()
{
    for (Session *session : sessions_)
        delete session;
    sessions_.clear();
}
