// The plain socket limit: one thread, epoll, one read and one write for each message, and nothing else.
//
// What it shows: how fast a Unix stream socket goes when no library stands in the way. Reads go to one buffer shared by
// all connections; only what a socket did not take is kept for its connection. Events are edge-triggered, so that a
// connection is polled once for each arrival; write readiness is asked for only while something waits to be written,
// because a reader that drains the other end would wake us for each of its reads.
//
// Back-pressure: the server does not read from a connection while an echo of that connection is not written. The client
// always reads, so the two never wait for each other.

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, BACKLOG = 4096, EVENTS = 512, DEADLINE_S = 30 };
enum { PERIOD = 251 * 256 }; // the verified stream repeats after this many bytes

static unsigned char buffer[BUFFER];

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "c-epoll: %s: %s\n", what, why);
    exit(1);
}

static _Noreturn void usage(void)
{
    fputs("usage: c-epoll serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
          stderr);
    exit(2);
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        fail("memory", strerror(errno));
    return p;
}

static void watch(int poll, int operation, int fd, uint32_t events, void *data)
{
    struct epoll_event event = {.events = events, .data.ptr = data};
    if (epoll_ctl(poll, operation, fd, &event) < 0)
        fail("epoll_ctl", strerror(errno));
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        fail("path", strerror(ENAMETOOLONG));
    strcpy(address.sun_path, path);
    return address;
}

// ---- server ----

struct echo {
    int fd;
    unsigned char *rest; // read but not yet taken by the socket; nothing is read meanwhile
    size_t rest_at, rest_len;
};

enum { READS = EPOLLIN | EPOLLRDHUP | EPOLLET };

// Writes what it can; false when the connection is broken.
static bool put(int fd, const unsigned char *bytes, size_t len, size_t *done)
{
    for (*done = 0; *done < len;) {
        ssize_t n = send(fd, bytes + *done, len - *done, MSG_NOSIGNAL);
        if (n >= 0)
            *done += (size_t)n;
        else if (errno == EAGAIN)
            return true;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

// One turn for one connection; false when it is over.
static bool echo_turn(int poll, struct echo *e, uint32_t events)
{
    size_t done;
    if (e->rest) {
        if (!put(e->fd, e->rest + e->rest_at, e->rest_len - e->rest_at, &done))
            return false;
        e->rest_at += done;
        if (e->rest_at < e->rest_len)
            return true;
        free(e->rest);
        e->rest = NULL;
        watch(poll, EPOLL_CTL_MOD, e->fd, READS, e); // reports again what arrived meanwhile
        return true;
    }
    ssize_t n = recv(e->fd, buffer, sizeof buffer, 0);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    if (!put(e->fd, buffer, (size_t)n, &done))
        return false;
    if (done < (size_t)n) {
        e->rest_len = (size_t)n - done;
        e->rest_at = 0;
        e->rest = malloc(e->rest_len);
        if (!e->rest)
            return false;
        memcpy(e->rest, buffer + done, e->rest_len);
        watch(poll, EPOLL_CTL_MOD, e->fd, EPOLLOUT | EPOLLET, e);
    } else if (n == sizeof buffer || (events & (EPOLLRDHUP | EPOLLHUP))) {
        // There may be more, or the end, and no new edge would tell: ask again, after the others had their turn.
        watch(poll, EPOLL_CTL_MOD, e->fd, READS, e);
    }
    return true;
}

static int serve(const char *path)
{
    struct sockaddr_un address = address_of(path);
    struct stat left_over;
    if (lstat(path, &left_over) == 0 && S_ISSOCK(left_over.st_mode))
        unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    umask(0077);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL); // before there is a file to remove
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (listener < 0 || signals < 0 || poll < 0)
        fail("start", strerror(errno));
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind", strerror(errno));
    if (listen(listener, BACKLOG) < 0)
        fail("listen", strerror(errno));
    watch(poll, EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    watch(poll, EPOLL_CTL_ADD, signals, EPOLLIN, &signals);
    puts("ready");
    fflush(stdout);

    bool listening = true;
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr == &signals) {
                unlink(path);
                return 0;
            }
            if (events[i].data.ptr == &listener) {
                int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                for (; fd >= 0; fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
                    struct echo *e = calloc(1, sizeof *e);
                    if (!e) {
                        close(fd);
                        continue;
                    }
                    e->fd = fd;
                    watch(poll, EPOLL_CTL_ADD, fd, READS, e);
                }
                if (errno == EMFILE || errno == ENFILE) { // clients wait in the backlog until one of ours ends
                    watch(poll, EPOLL_CTL_MOD, listener, 0, &listener);
                    listening = false;
                }
                continue;
            }
            struct echo *e = events[i].data.ptr;
            if (echo_turn(poll, e, events[i].events))
                continue;
            close(e->fd);
            free(e->rest);
            free(e);
            if (!listening)
                watch(poll, EPOLL_CTL_MOD, listener, EPOLLIN, &listener);
            listening = true;
        }
    }
}

// ---- client ----

struct options {
    uint64_t connections, chunk, iterations, window;
    bool verify;
};

struct lane {
    int fd;
    bool blocked;  // a write found the socket full
    uint8_t quiet; // seconds without a byte
    uint64_t total, sent, received;
    const unsigned char *pattern;
};

static struct options opt;
static size_t span; // longest write: what is in flight, and no more than a buffer

// Byte p of connection c. It repeats every PERIOD bytes in p and every 256 in c, so that 256 tables hold every stream;
// they are written and compared without another copy.
static const unsigned char *pattern_of(uint64_t c)
{
    static unsigned char *tables[256];
    size_t k = opt.verify ? c % 256 : 0;
    if (!tables[k]) {
        size_t len = PERIOD + span;
        tables[k] = allocate(len, 1);
        for (size_t p = 0; p < len; p++)
            tables[k][p] = (unsigned char)(k * 131 + p * 7 + p / 251);
    }
    return tables[k];
}

static const unsigned char *at(const struct lane *l, uint64_t p)
{
    return l->pattern + (opt.verify ? p % PERIOD : 0);
}

static int connect_to(const struct sockaddr_un *address, const struct timespec *start)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("socket", strerror(errno));
    while (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0) {
        struct timespec now, pause = {0, 1000000};
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((errno != EAGAIN && errno != EINTR) || now.tv_sec - start->tv_sec >= DEADLINE_S)
            fail("connect", strerror(errno));
        nanosleep(&pause, NULL); // a full backlog has no event to wait for
    }
    return fd;
}

// Sends all that the window allows and the socket takes.
static void pump(int poll, struct lane *l)
{
    uint64_t end = (l->received / opt.chunk + opt.window) * opt.chunk;
    if (end > l->total)
        end = l->total;
    while (l->sent < end) {
        size_t len = end - l->sent < span ? end - l->sent : span, done;
        if (!put(l->fd, at(l, l->sent), len, &done))
            fail("write", strerror(errno));
        l->sent += done;
        if (done)
            l->quiet = 0;
        if (done < len) {
            if (!l->blocked)
                watch(poll, EPOLL_CTL_MOD, l->fd, READS | EPOLLOUT, l);
            l->blocked = true;
            return;
        }
    }
    if (l->blocked)
        watch(poll, EPOLL_CTL_MOD, l->fd, READS, l);
    l->blocked = false;
}

// Counts one read.
static void take(int poll, struct lane *l, uint32_t events)
{
    ssize_t n = recv(l->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        fail("read", n < 0 ? strerror(errno) : "the server closed the connection");
    if ((uint64_t)n > l->sent - l->received || (opt.verify && memcmp(buffer, at(l, l->received), (size_t)n) != 0))
        fail("read", "a byte that was not sent");
    l->received += (uint64_t)n;
    l->quiet = 0;
    if (n == sizeof buffer || (events & (EPOLLRDHUP | EPOLLHUP)))
        watch(poll, EPOLL_CTL_MOD, l->fd, READS | (l->blocked ? (uint32_t)EPOLLOUT : 0), l);
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int exchange(const char *path)
{
    struct sockaddr_un address = address_of(path);
    uint64_t flight = opt.window * opt.chunk;
    span = flight < BUFFER ? flight : BUFFER;
    int poll = epoll_create1(EPOLL_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (poll < 0 || timer < 0)
        fail("start", strerror(errno));
    struct itimerspec every_second = {{1, 0}, {1, 0}};

    struct lane *lanes = allocate(opt.connections, sizeof *lanes);
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    uint64_t left = 0, bytes = opt.iterations * opt.chunk;
    for (uint64_t c = 0; c < opt.connections; c++) {
        struct lane *l = &lanes[c];
        l->total = (opt.iterations / opt.connections + (c < opt.iterations % opt.connections)) * opt.chunk;
        left += l->total > 0;
        l->pattern = pattern_of(c);
        l->fd = connect_to(&address, &start);
        watch(poll, EPOLL_CTL_ADD, l->fd, READS, l);
    }
    timerfd_settime(timer, 0, &every_second, NULL);
    watch(poll, EPOLL_CTL_ADD, timer, EPOLLIN, NULL);

    uint64_t elapsed = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (uint64_t c = 0; c < opt.connections; c++)
        pump(poll, &lanes[c]);
    struct epoll_event events[EVENTS];
    while (left) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct lane *l = events[i].data.ptr;
            if (!l) {
                uint64_t ticks;
                if (read(timer, &ticks, sizeof ticks) < 0)
                    continue;
                for (uint64_t c = 0; c < opt.connections; c++)
                    if (lanes[c].received < lanes[c].total && ++lanes[c].quiet > DEADLINE_S)
                        fail("exchange", "30 s without a byte on a connection");
                continue;
            }
            if (l->received >= l->total)
                continue; // it has all its bytes; what the server does with it now is its affair
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                take(poll, l, events[i].events);
            if (l->received >= l->total)
                left--;
            else
                pump(poll, l);
        }
    }
    elapsed = clock_ns(CLOCK_MONOTONIC) - elapsed;
    cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("{\"elapsed_ns\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"cpu_ns\": %" PRIu64 "}\n", elapsed, bytes, cpu);
    return fflush(stdout) == 0 ? 0 : 1;
}

static uint64_t number(const char *text, uint64_t most)
{
    uint64_t n = 0;
    if (!text || !*text)
        usage();
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            usage();
        n = n * 10 + (uint64_t)(*text - '0');
        if (n > most)
            usage();
    }
    if (n == 0)
        usage();
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 3 || !*argv[2])
        usage();
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (strcmp(argv[1], "serve") == 0 && argc == 3)
        return serve(argv[2]);
    if (strcmp(argv[1], "exchange") != 0)
        usage();
    opt.window = 1;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--verify") == 0)
            opt.verify = true;
        else if (strcmp(argv[i], "--connections") == 0)
            opt.connections = number(argv[++i], 1000000);
        else if (strcmp(argv[i], "--chunk-size") == 0)
            opt.chunk = number(argv[++i], 16 << 20);
        else if (strcmp(argv[i], "--iterations") == 0)
            opt.iterations = number(argv[++i], 1000000000000);
        else if (strcmp(argv[i], "--window") == 0)
            opt.window = number(argv[++i], 65536);
        else
            usage();
    }
    if (!opt.connections || !opt.chunk || !opt.iterations)
        usage();
    return exchange(argv[2]);
}
