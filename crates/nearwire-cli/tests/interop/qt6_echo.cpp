// An echo server on a local socket, with Qt 6: qt6_echo PATH. Prints `ready` when it listens.

#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>

#include <cstdio>

namespace {

// What is read ahead of a client.
constexpr qint64 READ_AHEAD = 64 * 1024;
// What is kept for a client that does not read its answers. Beyond that, nothing more is read from it.
constexpr qint64 MOST_UNSENT = 256 * 1024;

void echo(QLocalSocket *client)
{
    while (client->bytesAvailable() > 0 && client->bytesToWrite() < MOST_UNSENT) {
        // Qt keeps what the socket does not take yet, and sends it when it does.
        client->write(client->read(READ_AHEAD));
    }
}

void serve(QLocalSocket *client)
{
    client->setReadBufferSize(READ_AHEAD);
    QObject::connect(client, &QLocalSocket::readyRead, client, [client] { echo(client); });
    // What was not read because too much was unsent is read now.
    QObject::connect(client, &QLocalSocket::bytesWritten, client, [client] { echo(client); });
    QObject::connect(client, &QLocalSocket::disconnected, client, &QObject::deleteLater);
    // What came before the signals were connected has no signal of its own.
    echo(client);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: qt6_echo PATH\n");
        return 2;
    }
    const QString path = QString::fromLocal8Bit(argv[1]);
    QLocalServer server;
    // With this option Qt binds in a directory of its own, and moves the socket to its place once its mode is set.
    server.setSocketOptions(QLocalServer::UserAccessOption);
    QObject::connect(&server, &QLocalServer::newConnection, &server, [&server] {
        while (QLocalSocket *client = server.nextPendingConnection()) {
            serve(client);
        }
    });
    QLocalServer::removeServer(path);
    if (!server.listen(path)) {
        std::fprintf(stderr, "%s\n", qPrintable(server.errorString()));
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    return application.exec();
}
