// Qt 6: QLocalServer and QLocalSocket, with signals and the event loop of QCoreApplication.
//
// What it shows: what the classic program of this measurement costs when it finishes. That one reads more than its buffer
// holds, tries to connect for ever and misses its own end when an answer comes in fragments. Here every read is bounded by
// the buffer, connecting has a deadline, and bytes are counted with >=. After a write both sides flush, as Qt's own
// examples of local sockets do: otherwise each message waits for another turn of the event loop.
//
// Back-pressure: Qt buffers without bound on both sides unless told otherwise. The server lets a socket read ahead no more
// than one buffer (setReadBufferSize), and echoes only while less than that waits to be written (bytesToWrite). The client
// always reads, so the two never wait for each other.

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

namespace {

constexpr qint64 bufferSize = 256 * 1024;
constexpr std::uint64_t period = 251 * 256; // the verified stream repeats after this many bytes
constexpr int deadlineSeconds = 30;

char buffer[bufferSize]; // one for all: what is read is written or compared before the next read

[[noreturn]] void fail(const char *what, const QString &why)
{
    std::fprintf(stderr, "qt6: %s: %s\n", what, qPrintable(why));
    std::exit(1);
}

// Qt would put a relative name into its own temporary directory.
QString absolute(const char *path)
{
    return QDir::current().absoluteFilePath(QFile::decodeName(path));
}

// ---- server ----

// Once more after each flush that wrote something: within bytesWritten, Qt does not emit bytesWritten again, so nobody
// else would go on.
void echo(QLocalSocket *socket)
{
    do {
        while (socket->bytesToWrite() < bufferSize && socket->bytesAvailable() > 0) {
            const qint64 n = socket->read(buffer, bufferSize);
            if (n <= 0)
                return;
            socket->write(buffer, n);
        }
    } while (socket->flush() && socket->bytesToWrite() < bufferSize && socket->bytesAvailable() > 0);
}

int serve(QCoreApplication &app, const QString &path)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, nullptr); // before there is a file to remove
    QSocketNotifier ending(signalfd(-1, &ends, SFD_CLOEXEC), QSocketNotifier::Read);
    QObject::connect(&ending, &QSocketNotifier::activated, &app, &QCoreApplication::quit);

    QLocalServer server;
    QObject::connect(&server, &QLocalServer::newConnection, &server, [&server] {
        while (QLocalSocket *socket = server.nextPendingConnection()) {
            socket->setReadBufferSize(bufferSize);
            QObject::connect(socket, &QLocalSocket::readyRead, socket, [socket] { echo(socket); });
            QObject::connect(socket, &QLocalSocket::bytesWritten, socket, [socket] { echo(socket); });
            QObject::connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    server.setSocketOptions(QLocalServer::UserAccessOption);
    server.setListenBacklogSize(4096);
    server.setMaxPendingConnections(4096);
    if (QFileInfo(path).isFile()) // Qt puts its socket in place of whatever is there
        fail("listen", QStringLiteral("there is a file that is not a socket"));
    if (!server.listen(path))
        fail("listen", server.errorString());
    std::puts("ready");
    std::fflush(stdout);

    // When a descriptor cannot be had, Qt stops listening and tells nobody.
    QTimer everySecond;
    QObject::connect(&everySecond, &QTimer::timeout, &app, [&server] {
        if (!server.isListening())
            fail("accept", server.errorString());
    });
    everySecond.start(1000);
    return app.exec();
}

// ---- client ----

struct Options {
    std::uint64_t connections = 0, chunk = 0, iterations = 0, window = 1;
    bool verify = false;
};

// Byte p of connection c. It repeats every `period` bytes in p and every 256 in c, so that 256 tables hold every stream.
class Pattern {
public:
    explicit Pattern(const Options &o) : verify_(o.verify), span_(std::min<std::uint64_t>(bufferSize, o.window * o.chunk))
    {
    }

    // The longest piece: what is in flight, and no more than a buffer.
    std::uint64_t span() const { return span_; }

    const char *at(std::uint64_t c, std::uint64_t p)
    {
        const std::size_t k = verify_ ? c % 256 : 0;
        auto &table = tables_[k];
        if (table.empty()) {
            table.resize(period + span_);
            for (std::size_t i = 0; i < table.size(); i++)
                table[i] = static_cast<char>(k * 131 + i * 7 + i / 251);
        }
        return table.data() + (verify_ ? p % period : 0);
    }

private:
    bool verify_;
    std::uint64_t span_;
    std::array<std::vector<char>, 256> tables_;
};

struct Lane {
    QLocalSocket socket;
    std::uint64_t number = 0, total = 0, sent = 0, received = 0;
    int quiet = 0; // seconds without a byte
    bool done() const { return received >= total; }
};

class Exchange {
public:
    Exchange(QCoreApplication &app, const Options &options) : app_(app), options_(options), pattern_(options) {}

    int run(const QString &path)
    {
        QElapsedTimer connecting;
        connecting.start();
        for (std::uint64_t c = 0; c < options_.connections; c++) {
            Lane &lane = lanes_.emplace_back();
            lane.number = c;
            lane.total = options_.chunk *
                         (options_.iterations / options_.connections + (c < options_.iterations % options_.connections));
            left_ += lane.total > 0;
            pattern_.at(c, 0); // made before the time is taken
            open(lane, path, connecting);
        }
        QTimer everySecond;
        QObject::connect(&everySecond, &QTimer::timeout, &app_, [this] { second(); });
        everySecond.start(1000);

        elapsed_.start();
        cpu_ = cpuNs();
        for (Lane &lane : lanes_)
            pump(lane);
        return app_.exec();
    }

private:
    static qint64 cpuNs()
    {
        timespec t;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return t.tv_sec * 1000000000LL + t.tv_nsec;
    }

    // While the backlog is full, waitForConnected tries again.
    void open(Lane &lane, const QString &path, const QElapsedTimer &since)
    {
        QLocalSocket *socket = &lane.socket;
        socket->setReadBufferSize(bufferSize);
        socket->connectToServer(path);
        const qint64 left = deadlineSeconds * 1000 - since.elapsed();
        if (!socket->waitForConnected(static_cast<int>(std::max<qint64>(left, 1))))
            fail("connect", since.hasExpired(deadlineSeconds * 1000) ? QStringLiteral("a full backlog for 30 s")
                                                                     : socket->errorString());
        QObject::connect(socket, &QLocalSocket::readyRead, socket, [this, &lane] { take(lane); });
        QObject::connect(socket, &QLocalSocket::bytesWritten, socket, [this, &lane] {
            lane.quiet = 0;
            pump(lane);
        });
        QObject::connect(socket, &QLocalSocket::disconnected, socket, [&lane] {
            if (!lane.done())
                fail("read", QStringLiteral("the server closed the connection"));
        });
    }

    // Sends all that the window allows, as long as Qt has no more than a piece to write.
    void pump(Lane &lane)
    {
        const std::uint64_t end =
            std::min((lane.received / options_.chunk + options_.window) * options_.chunk, lane.total);
        const auto span = static_cast<qint64>(pattern_.span());
        do { // again after a flush, for the reason given at echo
            while (lane.sent < end && lane.socket.bytesToWrite() < span) {
                const qint64 n = std::min(static_cast<qint64>(end - lane.sent), span);
                if (lane.socket.write(pattern_.at(lane.number, lane.sent), n) != n)
                    fail("write", lane.socket.errorString());
                lane.sent += static_cast<std::uint64_t>(n);
            }
        } while (lane.socket.flush() && lane.sent < end);
    }

    void take(Lane &lane)
    {
        while (!lane.done() && lane.socket.bytesAvailable() > 0) {
            const qint64 n = lane.socket.read(buffer, bufferSize);
            if (n <= 0)
                return;
            const auto size = static_cast<std::uint64_t>(n);
            if (size > lane.sent - lane.received ||
                (options_.verify && std::memcmp(buffer, pattern_.at(lane.number, lane.received), size) != 0))
                fail("read", QStringLiteral("a byte that was not sent"));
            lane.received += size;
            lane.quiet = 0;
            if (lane.done())
                finished();
            else
                pump(lane);
        }
    }

    void second()
    {
        for (Lane &lane : lanes_)
            if (!lane.done() && ++lane.quiet > deadlineSeconds)
                fail("exchange", QStringLiteral("30 s without a byte on a connection"));
    }

    void finished()
    {
        if (--left_ > 0)
            return;
        const qint64 elapsed = elapsed_.nsecsElapsed(), cpu = cpuNs() - cpu_;
        std::printf("{\"elapsed_ns\": %lld, \"bytes\": %llu, \"cpu_ns\": %lld}\n", static_cast<long long>(elapsed),
                    static_cast<unsigned long long>(options_.iterations * options_.chunk),
                    static_cast<long long>(cpu));
        std::fflush(stdout);
        app_.quit();
    }

    QCoreApplication &app_;
    const Options options_;
    Pattern pattern_;
    std::deque<Lane> lanes_; // a lane never moves: its signals refer to it
    std::uint64_t left_ = 0;
    QElapsedTimer elapsed_;
    qint64 cpu_ = 0;
};

[[noreturn]] void usage()
{
    std::fputs(
        "usage: qt6 serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
        stderr);
    std::exit(2);
}

std::uint64_t number(const char *text, std::uint64_t most)
{
    const std::string_view digits = text ? text : "";
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), n);
    if (error != std::errc() || end != digits.end() || n == 0 || n > most)
        usage();
    return n;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3 || !*argv[2])
        usage();
    const std::string_view command = argv[1];
    const bool serving = command == "serve" && argc == 3;
    if (!serving && command != "exchange")
        usage();
    Options o;
    for (int i = 3; i < argc; i++) {
        const std::string_view name = argv[i];
        if (name == "--verify")
            o.verify = true;
        else if (name == "--connections")
            o.connections = number(argv[++i], 1000000);
        else if (name == "--chunk-size")
            o.chunk = number(argv[++i], 16 << 20);
        else if (name == "--iterations")
            o.iterations = number(argv[++i], 1000000000000);
        else if (name == "--window")
            o.window = number(argv[++i], 65536);
        else
            usage();
    }
    if (!serving && (!o.connections || !o.chunk || !o.iterations))
        usage();

    rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    // Qt's own dispatcher instead of GLib's, which walks the list of all sockets twice for each write.
    qputenv("QT_NO_GLIB", "1");
    const QString path = absolute(argv[2]);
    int unused = 1; // the arguments are ours, not Qt's
    QCoreApplication app(unused, argv);
    return serving ? serve(app, path) : Exchange(app, o).run(path);
}
