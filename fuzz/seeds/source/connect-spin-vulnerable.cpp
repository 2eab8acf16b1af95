#include <QLocalSocket>
#include <QString>

class Client {
public:
    explicit Client(const QString &path) : m_path(path) {}

    // Ends only if the server comes and has room.
    void open()
    {
        while (m_socket.state() != QLocalSocket::ConnectedState) {
            m_socket.connectToServer(m_path); // finding: connect-spin
            m_socket.waitForConnected(100);
        }
    }

private:
    QString m_path;
    QLocalSocket m_socket;
};
