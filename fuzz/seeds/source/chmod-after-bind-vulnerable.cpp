#include <QFile>
#include <QLocalServer>
#include <sys/stat.h>

bool openAgent(const QString &path)
{
    auto *server = new QLocalServer;
    server->setSocketOptions(QLocalServer::UserAccessOption);
    return server->listen(path);
}

bool openShared(QLocalServer &server, const QString &path)
{
    if (!server.listen(path))
        return false;
    return QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner); // finding: chmod-after-bind
}
