// Boost.Asio: asynchronous operations with completion handlers, on one io_context in one thread.
//
// What it shows: what the usual C++ library costs over the plain socket. The server is the echo session of its
// documentation: read some, write all of it, read again, with the session kept alive by the handlers. The client keeps a
// read and a write going side by side on each connection. io_context(1) tells Asio that there is one thread only.
//
// Back-pressure: a session does not read while its echo is not written. The client always reads, so the two never wait
// for each other.

#include <boost/asio.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr std::uint64_t period = 251 * 256; // the verified stream repeats after this many bytes
constexpr auto deadline = 30s;

[[noreturn]] void fail(const std::string &what, const std::string &why)
{
    throw std::runtime_error(what + ": " + why);
}

void check(const char *what, const error_code &error)
{
    if (error)
        fail(what, error.message());
}

// ---- server ----

class Session : public std::enable_shared_from_this<Session> {
public:
    // The buffer stays uninitialised: pages that no message reaches are never touched.
    explicit Session(stream_protocol::socket socket) : socket_(std::move(socket)) {}

    void read()
    {
        socket_.async_read_some(asio::buffer(data_), [self = shared_from_this()](error_code error, std::size_t n) {
            if (!error)
                self->write(n);
        });
    }

private:
    void write(std::size_t n)
    {
        asio::async_write(socket_, asio::buffer(data_, n), [self = shared_from_this()](error_code error, std::size_t) {
            if (!error)
                self->read();
        });
    }

    stream_protocol::socket socket_;
    std::array<char, buffer_size> data_;
};

class Server {
public:
    Server(asio::io_context &io, const std::string &path) : acceptor_(io), pause_(io)
    {
        struct stat left_over;
        if (::lstat(path.c_str(), &left_over) == 0 && S_ISSOCK(left_over.st_mode))
            ::unlink(path.c_str());
        ::umask(0077);
        acceptor_.open();
        acceptor_.bind(stream_protocol::endpoint(path));
        acceptor_.listen(4096);
        accept();
    }

private:
    void accept()
    {
        acceptor_.async_accept([this](error_code error, stream_protocol::socket socket) {
            if (!error) {
                std::make_shared<Session>(std::move(socket))->read();
                accept();
            } else if (error != asio::error::operation_aborted) { // no descriptor left: others wait in the backlog
                pause_.expires_after(10ms);
                pause_.async_wait([this](error_code) { accept(); });
            }
        });
    }

    stream_protocol::acceptor acceptor_;
    asio::steady_timer pause_;
};

int serve(const std::string &path)
{
    asio::io_context io(1);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](error_code, int) { io.stop(); });
    Server server(io, path);
    std::puts("ready");
    std::fflush(stdout);
    io.run();
    ::unlink(path.c_str());
    return 0;
}

// ---- client ----

struct Options {
    std::uint64_t connections = 0, chunk = 0, iterations = 0, window = 1;
    bool verify = false;
};

// Byte p of connection c. It repeats every `period` bytes in p and every 256 in c, so that 256 tables hold every stream,
// and a write can refer to them as long as it takes.
class Pattern {
public:
    explicit Pattern(const Options &options)
        : verify_(options.verify), span_(std::min<std::uint64_t>(buffer_size, options.window * options.chunk))
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

class Exchange;

// One connection.
class Lane {
public:
    Lane(Exchange &exchange, std::uint64_t number, std::uint64_t total);

    stream_protocol::socket &socket() { return socket_; }
    bool done() const { return received_ >= total_; }
    void start();
    void second();

private:
    void read();
    void write();

    Exchange &exchange_;
    stream_protocol::socket socket_;
    // Of its own: Asio may have filled the buffers of many connections before the first handler runs.
    std::unique_ptr<char[]> buffer_;
    const std::uint64_t number_, total_;
    std::uint64_t sent_ = 0, received_ = 0;
    std::chrono::seconds quiet_ = 0s; // without a byte
    bool writing_ = false;
};

class Exchange {
public:
    Exchange(asio::io_context &io, const std::string &path, const Options &options)
        : io(io), options(options), pattern(options), endpoint_(path), timer_(io), retry_until_(Clock::now() + deadline)
    {
        for (std::uint64_t c = 0; c < options.connections; c++) {
            const std::uint64_t chunks =
                options.iterations / options.connections + (c < options.iterations % options.connections);
            lanes_.emplace_back(*this, c, chunks * options.chunk);
            pattern.at(c, 0); // made before the time is taken
            left_ += chunks > 0;
        }
        connect();
    }

    void finished()
    {
        if (--left_ == 0)
            io.stop();
    }

    void print() const
    {
        const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - started_);
        std::printf("{\"elapsed_ns\": %lld, \"bytes\": %llu, \"cpu_ns\": %lld}\n",
                    static_cast<long long>(elapsed.count()),
                    static_cast<unsigned long long>(options.iterations * options.chunk),
                    static_cast<long long>(cpu_ns() - cpu_));
        std::fflush(stdout);
    }

    asio::io_context &io;
    const Options options;
    Pattern pattern;

private:
    using Clock = std::chrono::steady_clock;

    static std::int64_t cpu_ns()
    {
        timespec t;
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return t.tv_sec * 1000000000LL + t.tv_nsec;
    }

    // Opens one after the other. Asio reports the EAGAIN of a full backlog as "no buffer space".
    void connect()
    {
        auto &socket = lanes_[connected_].socket();
        socket.async_connect(endpoint_, [this, &socket](error_code error) {
            if (error == asio::error::no_buffer_space && Clock::now() < retry_until_) {
                socket.close();
                timer_.expires_after(1ms);
                timer_.async_wait([this](error_code) { connect(); });
                return;
            }
            check("connect", error);
            if (++connected_ < lanes_.size())
                connect();
            else
                start();
        });
    }

    void start()
    {
        every_second();
        started_ = Clock::now();
        cpu_ = cpu_ns();
        for (auto &lane : lanes_)
            lane.start();
    }

    void every_second()
    {
        timer_.expires_after(1s);
        timer_.async_wait([this](error_code) {
            for (auto &lane : lanes_)
                lane.second();
            every_second();
        });
    }

    std::deque<Lane> lanes_;
    stream_protocol::endpoint endpoint_;
    asio::steady_timer timer_;
    std::size_t connected_ = 0;
    std::uint64_t left_ = 0;
    Clock::time_point retry_until_, started_;
    std::int64_t cpu_ = 0;
};

Lane::Lane(Exchange &exchange, std::uint64_t number, std::uint64_t total)
    : exchange_(exchange), socket_(exchange.io),
      buffer_(new char[exchange.pattern.span()]), number_(number), total_(total)
{
}

void Lane::start()
{
    if (done())
        return;
    write();
    read();
}

void Lane::second()
{
    if (!done() && ++quiet_ > deadline)
        fail("exchange", "30 s without a byte on a connection");
}

// Sends all that the window allows, a piece after the other.
void Lane::write()
{
    const auto &o = exchange_.options;
    const std::uint64_t end = std::min((received_ / o.chunk + o.window) * o.chunk, total_);
    if (writing_ || sent_ >= end)
        return;
    const std::uint64_t n = std::min(end - sent_, exchange_.pattern.span());
    const char *bytes = exchange_.pattern.at(number_, sent_);
    sent_ += n;
    writing_ = true;
    asio::async_write(socket_, asio::buffer(bytes, n), [this](error_code error, std::size_t) {
        if (!done())
            check("write", error);
        writing_ = false;
        quiet_ = 0s;
        write();
    });
}

void Lane::read()
{
    const auto room = asio::buffer(buffer_.get(), exchange_.pattern.span());
    socket_.async_read_some(room, [this](error_code error, std::size_t n) {
        if (error == asio::error::eof)
            fail("read", "the server closed the connection");
        check("read", error);
        if (n > sent_ - received_ ||
            (exchange_.options.verify && std::memcmp(buffer_.get(), exchange_.pattern.at(number_, received_), n) != 0))
            fail("read", "a byte that was not sent");
        received_ += n;
        quiet_ = 0s;
        if (done()) {
            exchange_.finished();
            return;
        }
        write();
        read();
    });
}

int exchange(const std::string &path, const Options &options)
{
    asio::io_context io(1);
    Exchange exchange(io, path, options);
    io.run();
    exchange.print();
    return 0;
}

[[noreturn]] void usage()
{
    std::fputs(
        "usage: asio serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
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

int run(int argc, char **argv)
{
    if (argc < 3 || !*argv[2])
        usage();
    const std::string_view command = argv[1];
    if (command == "serve" && argc == 3)
        return serve(argv[2]);
    if (command != "exchange")
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
    if (!o.connections || !o.chunk || !o.iterations)
        usage();
    return exchange(argv[2], o);
}

} // namespace

int main(int argc, char **argv)
{
    rlimit files;
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "asio: %s\n", error.what());
        return 1;
    }
}
