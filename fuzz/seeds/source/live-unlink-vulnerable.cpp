#include <QLocalServer>

class Instance
{
public:
    bool claim(const QString &name);

private:
    QLocalServer m_server;
};

bool Instance::claim(const QString &name)
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    QLocalServer::removeServer(name); // finding: live-unlink
    return m_server.listen(name);
}
