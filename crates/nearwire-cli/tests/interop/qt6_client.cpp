// Sends bytes to an echo server on a local socket, with Qt 6, and compares what comes back: qt6_client PATH.

#include <QCoreApplication>
#include <QLocalSocket>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace {

constexpr qint64 COUNT = 1000003;
constexpr qint64 READ_AHEAD = 64 * 1024;
constexpr qint64 MOST_UNSENT = 64 * 1024;
constexpr int PATIENCE_MS = 25000;

// The byte at a position: neither a page nor a power of two begins it anew.
char byteAt(qint64 position)
{
    return static_cast<char>(position * 31 + position / 251);
}

// Both ways of one connection.
struct Exchange {
    QLocalSocket socket;
    qint64 sent = 0;
    qint64 received = 0;

    // Sends in odd sizes, while little is unsent.
    void send()
    {
        while (sent < COUNT && socket.bytesToWrite() < MOST_UNSENT) {
            const qint64 size = std::min(sent % 9973 + 1, COUNT - sent);
            QByteArray piece(size, Qt::Uninitialized);
            for (qint64 each = 0; each < size; ++each) {
                piece[each] = byteAt(sent + each);
            }
            if (socket.write(piece) != size) {
                fail("Qt does not take all of a piece");
            }
            sent += size;
        }
    }

    void receive()
    {
        const QByteArray piece = socket.readAll();
        for (const char byte : piece) {
            if (received >= COUNT || byte != byteAt(received)) {
                return fail("the echo differs");
            }
            ++received;
        }
        if (received == COUNT) {
            socket.disconnectFromServer();
        }
    }

    void end()
    {
        if (received != COUNT) {
            return fail("the server closed early");
        }
        std::printf("%lld bytes came back\n", static_cast<long long>(received));
        QCoreApplication::exit(0);
    }

    void fail(const char *reason)
    {
        std::fprintf(stderr, "%s: %lld bytes sent, %lld came back (%s)\n", reason, static_cast<long long>(sent),
                     static_cast<long long>(received), qPrintable(socket.errorString()));
        QCoreApplication::exit(1);
    }
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: qt6_client PATH\n");
        return 2;
    }
    Exchange exchange;
    QLocalSocket *socket = &exchange.socket;
    socket->setReadBufferSize(READ_AHEAD);
    QObject::connect(socket, &QLocalSocket::connected, socket, [&exchange] { exchange.send(); });
    QObject::connect(socket, &QLocalSocket::bytesWritten, socket, [&exchange] { exchange.send(); });
    QObject::connect(socket, &QLocalSocket::readyRead, socket, [&exchange] { exchange.receive(); });
    QObject::connect(socket, &QLocalSocket::disconnected, socket, [&exchange] { exchange.end(); });
    QObject::connect(socket, &QLocalSocket::errorOccurred, socket, [&exchange](QLocalSocket::LocalSocketError error) {
        // The end of a connection is no error if it comes at its time.
        if (error != QLocalSocket::PeerClosedError) {
            exchange.fail("the socket failed");
        }
    });
    QTimer::singleShot(PATIENCE_MS, socket, [&exchange] { exchange.fail("it takes too long"); });
    // When the loop runs, so that what fails at once can end it.
    QTimer::singleShot(0, socket, [socket, &argv] { socket->connectToServer(QString::fromLocal8Bit(argv[1])); });
    return application.exec();
}
