// ZeroMQ: a ROUTER that echoes, and one DEALER for each connection, over ipc://.
//
// What it shows: what a messaging library costs, which brings message boundaries, queues, reconnection and a thread of its
// own. One message is one chunk; its bytes are counted when it is back. A chunk is sent from constant memory without a
// copy (zmq_send_const) when it fits a table, and the server moves each part from receiving to sending.
//
// What differs from the others, because the library is made so:
// - Two threads a process: ZeroMQ speaks to sockets in an I/O thread, and this one waits for it.
// - No back-pressure in the server: a ROUTER that has reached its high-water mark drops messages, so there is none here
//   (0), and what bounds its memory is the window of its clients.
// - A DEALER takes two descriptors, one for its connection and one for its mailbox, and the process some more: 10 000
//   connections need a hard limit of 20 032, else the case is refused. zmq_poll asks every socket at every call.
//   A server that has no descriptor left is aborted by the library, at its next accept.
// - Connecting tells no error and goes on for ever. A connection counts as open when an empty message came back; the
//   events of the first one tell that there is no server, or no more. Should only another one break, the 30 s end it.

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SPAN = 256 * 1024, BACKLOG = 4096, DEADLINE_S = 30, DESCRIPTORS_APART = 32, REFUSALS = 10 };
enum { PERIOD = 251 * 256 }; // the verified stream repeats after this many bytes

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "zeromq: %s: %s\n", what, why);
    exit(1);
}

static void check(const char *what, bool good)
{
    if (!good)
        fail(what, zmq_strerror(errno));
}

static _Noreturn void usage(void)
{
    fputs("usage: zeromq serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
          stderr);
    exit(2);
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count, size);
    check("memory", p);
    return p;
}

static void *socket_of(void *context, int type)
{
    void *socket = zmq_socket(context, type);
    check("socket", socket);
    const int none = 0, backlog = BACKLOG;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_BACKLOG, &backlog, sizeof backlog);
    return socket;
}

static char *address_of(const char *path)
{
    char *address = NULL;
    if (asprintf(&address, "ipc://%s", path) < 0)
        fail("memory", strerror(errno));
    return address;
}

// ---- server ----

static volatile sig_atomic_t ending;

static void on_signal(int number)
{
    (void)number;
    ending = 1;
}

static int serve(const char *path)
{
    struct sigaction action = {.sa_handler = on_signal}; // not SA_RESTART: it is to interrupt the wait
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    struct stat there;
    if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode))
        fail("bind", "there is a file that is not a socket"); // zmq_bind would remove whatever is there
    umask(0077);
    void *context = zmq_ctx_new();
    check("context", context);
    void *router = socket_of(context, ZMQ_ROUTER);
    const int turn_ms = 100; // in case the signal comes just before the wait
    zmq_setsockopt(router, ZMQ_RCVTIMEO, &turn_ms, sizeof turn_ms);
    check("bind", zmq_bind(router, address_of(path)) == 0);
    puts("ready private");
    fflush(stdout);

    zmq_msg_t part;
    zmq_msg_init(&part);
    while (!ending) {
        if (zmq_msg_recv(&part, router, 0) < 0)
            continue;
        int more = zmq_msg_more(&part) ? ZMQ_SNDMORE : 0;
        if (zmq_msg_send(&part, router, more) < 0 && errno != EINTR && errno != EAGAIN && errno != EHOSTUNREACH)
            break;
    }
    zmq_msg_close(&part);
    int code = ending ? 0 : 1;
    zmq_close(router);
    zmq_ctx_term(context);
    unlink(path);
    return code;
}

// ---- client ----

struct options {
    uint64_t connections, chunk, iterations, window;
    bool verify;
};

struct lane {
    void *dealer;
    uint64_t total, sent, received;
    unsigned quiet; // seconds without a byte
    const unsigned char *pattern;
};

static struct options opt;
static size_t span; // longest piece that a table holds from any place

// Byte p of connection c. It repeats every PERIOD bytes in p and every 256 in c, so that 256 tables hold every stream;
// they live as long as the program, as a message that refers to them demands.
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

static void send_chunk(struct lane *l)
{
    if (opt.chunk <= span) {
        check("write", zmq_send_const(l->dealer, at(l, l->sent), opt.chunk, ZMQ_DONTWAIT) >= 0);
    } else {
        zmq_msg_t chunk;
        check("memory", zmq_msg_init_size(&chunk, opt.chunk) == 0);
        unsigned char *bytes = zmq_msg_data(&chunk);
        for (uint64_t done = 0; done < opt.chunk; done += span)
            memcpy(bytes + done, at(l, l->sent + done), opt.chunk - done < span ? opt.chunk - done : span);
        check("write", zmq_msg_send(&chunk, l->dealer, ZMQ_DONTWAIT) >= 0);
    }
    l->sent += opt.chunk;
}

// Sends all that the window allows.
static void pump(struct lane *l)
{
    uint64_t end = (l->received / opt.chunk + opt.window) * opt.chunk;
    while (l->sent < end && l->sent < l->total)
        send_chunk(l);
}

static bool is_pattern(const struct lane *l, const unsigned char *bytes, size_t len)
{
    for (size_t done = 0; done < len; done += span)
        if (memcmp(bytes + done, at(l, l->received + done), len - done < span ? len - done : span) != 0)
            return false;
    return true;
}

// Takes the messages that are there, no more than a window.
static void take(struct lane *l, zmq_msg_t *message)
{
    for (uint64_t i = 0; i < opt.window && l->received < l->total; i++) {
        if (zmq_msg_recv(message, l->dealer, ZMQ_DONTWAIT) < 0) {
            check("read", errno == EAGAIN || errno == EINTR);
            return;
        }
        size_t n = zmq_msg_size(message);
        if (n > l->sent - l->received || (opt.verify && !is_pattern(l, zmq_msg_data(message), n)))
            fail("read", "a byte that was not sent");
        l->received += n;
        l->quiet = 0;
        pump(l);
    }
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// The number of the next event; its second part, the address, is of no use here.
static uint16_t event_of(void *monitor)
{
    unsigned char event[6];
    char address[256];
    uint16_t number = 0;
    if (zmq_recv(monitor, event, sizeof event, ZMQ_DONTWAIT) == sizeof event)
        memcpy(&number, event, sizeof number);
    zmq_recv(monitor, address, sizeof address, ZMQ_DONTWAIT);
    return number;
}

// Sends an empty message on each connection and waits until all are back.
static void wait_until_open(struct lane *lanes, zmq_pollitem_t *items, void *monitor, zmq_msg_t *message)
{
    for (uint64_t c = 0; c < opt.connections; c++)
        check("connect", zmq_send(lanes[c].dealer, "", 0, ZMQ_DONTWAIT) == 0);
    uint64_t open = 0, deadline = clock_ns(CLOCK_MONOTONIC) + DEADLINE_S * UINT64_C(1000000000);
    for (int refusals = 0; open < opt.connections;) {
        if (zmq_poll(items, (int)opt.connections + 1, 1000) < 0)
            check("connect", errno == EINTR);
        for (uint64_t c = 0; c < opt.connections; c++)
            if ((items[c].revents & ZMQ_POLLIN) && zmq_msg_recv(message, lanes[c].dealer, ZMQ_DONTWAIT) >= 0)
                open++;
        if (items[opt.connections].revents & ZMQ_POLLIN) {
            uint16_t event = event_of(monitor);
            refusals += event == ZMQ_EVENT_CONNECT_RETRIED;
            if (refusals > REFUSALS || event == ZMQ_EVENT_DISCONNECTED)
                fail("connect", "no server of ZeroMQ answers");
        }
        if (clock_ns(CLOCK_MONOTONIC) > deadline)
            fail("connect", "30 s without an answer on a connection");
    }
}

static int exchange(const char *path)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && 2 * opt.connections + DESCRIPTORS_APART > files.rlim_max) {
        fprintf(stderr, "zeromq: %" PRIu64 " DEALER sockets need %" PRIu64 " descriptors, two each, and the limit is %ju\n",
                opt.connections, 2 * opt.connections + DESCRIPTORS_APART, (uintmax_t)files.rlim_max);
        return 1;
    }
    uint64_t flight = opt.window * opt.chunk, bytes = opt.iterations * opt.chunk;
    span = flight < SPAN ? flight : SPAN;
    void *context = zmq_ctx_new();
    check("context", context && zmq_ctx_set(context, ZMQ_MAX_SOCKETS, (int)opt.connections + 8) == 0);

    struct lane *lanes = allocate(opt.connections, sizeof *lanes);
    zmq_pollitem_t *items = allocate(opt.connections + 1, sizeof *items);
    char *address = address_of(path);
    void *monitor = NULL;
    uint64_t left = 0;
    for (uint64_t c = 0; c < opt.connections; c++) {
        struct lane *l = &lanes[c];
        l->total = (opt.iterations / opt.connections + (c < opt.iterations % opt.connections)) * opt.chunk;
        left += l->total > 0;
        l->pattern = pattern_of(c);
        l->dealer = socket_of(context, ZMQ_DEALER);
        if (c == 0) {
            const int events = ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED;
            check("monitor", zmq_socket_monitor(l->dealer, "inproc://first", events) == 0);
            monitor = zmq_socket(context, ZMQ_PAIR);
            check("monitor", monitor && zmq_connect(monitor, "inproc://first") == 0);
        }
        check("connect", zmq_connect(l->dealer, address) == 0);
        items[c] = (zmq_pollitem_t){.socket = l->dealer, .events = ZMQ_POLLIN};
    }
    items[opt.connections] = (zmq_pollitem_t){.socket = monitor, .events = ZMQ_POLLIN};
    zmq_msg_t message;
    zmq_msg_init(&message);
    wait_until_open(lanes, items, monitor, &message);

    uint64_t elapsed = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID), second = elapsed;
    for (uint64_t c = 0; c < opt.connections; c++)
        pump(&lanes[c]);
    while (left) {
        if (zmq_poll(items, (int)opt.connections + 1, 1000) < 0)
            check("poll", errno == EINTR);
        for (uint64_t c = 0; c < opt.connections; c++) {
            if (!(items[c].revents & ZMQ_POLLIN) || lanes[c].received >= lanes[c].total)
                continue;
            take(&lanes[c], &message);
            left -= lanes[c].received >= lanes[c].total;
        }
        if (left && (items[opt.connections].revents & ZMQ_POLLIN) && event_of(monitor) == ZMQ_EVENT_DISCONNECTED)
            fail("read", "the server closed the connection");
        if (clock_ns(CLOCK_MONOTONIC) - second < 1000000000)
            continue;
        second += 1000000000;
        for (uint64_t c = 0; c < opt.connections; c++)
            if (lanes[c].received < lanes[c].total && ++lanes[c].quiet > DEADLINE_S)
                fail("exchange", "30 s without a byte on a connection");
    }
    elapsed = clock_ns(CLOCK_MONOTONIC) - elapsed;
    cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("{\"elapsed_ns\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"cpu_ns\": %" PRIu64 "}\n", elapsed, bytes, cpu);
    fflush(stdout);

    zmq_msg_close(&message);
    zmq_close(monitor);
    for (uint64_t c = 0; c < opt.connections; c++)
        zmq_close(lanes[c].dealer);
    zmq_ctx_term(context);
    return 0;
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
            opt.connections = number(argv[++i], 65000); // ZeroMQ allows 65 535 sockets
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
