// A settings daemon in one file: the server is a local of main.
#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTextStream>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QTextStream log(stderr);

    QLocalServer server;
    server.setMaxPendingConnections(8);
    if (!server.listen(QStringLiteral("settingsd"))) { // finding: qt-access
        log << "settingsd: " << server.errorString() << '\n';
        return 1;
    }

    QLocalServer status;
    status.setSocketOptions(QLocalServer::WorldAccessOption); // finding: qt-access
    if (!status.listen(QStringLiteral("/run/settingsd/status"))) {
        log << "settingsd: " << status.errorString() << '\n';
        return 1;
    }
    return app.exec();
}
