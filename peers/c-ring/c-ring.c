// The memory limit: byte rings in shared memory, two processes that spin, and no safety at all.
//
// What it shows: what the hardware allows when nothing is paid for sleeping, for a hostile peer or for the kernel. Each
// side believes every index the other writes, holds its CPU even when nothing happens, and maps the other's memory
// writable. No program for real use should do this; it is the line the others are measured against.
//
// The client makes one memfd with two rings for each of its connections and hands it over a Unix socket at PATH, which
// otherwise only tells each side when the other is gone. A ring is 256 KiB; with many connections it is halved until all
// fit in 128 MiB (but to no less than 4 KiB), so 10 000 connections have 4 KiB each. Each side walks over all its rings,
// and gives up its time slice when it has found nothing for a while, so that two busy CPUs are enough.

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 256 * 1024, SMALLEST = 4096, BUDGET = 128 << 20 };
enum { PIECE = 32 * 1024 };      // published at once, so that the copies of both sides overlap
enum { SPINS = 1000 };           // rings found empty before the time slice is given up
enum { CHECK_AFTER = 1 << 20 };  // rings visited between two looks at the sockets: a few milliseconds
enum { BACKLOG = 4096, SESSIONS = 64, CONNECTIONS = 65536, DEADLINE_S = 30 };
enum { PERIOD = 251 * 256 };     // the verified stream repeats after this many bytes

// One direction. The indexes run freely; each has one writer, and a cache line of its own.
struct ring {
    _Alignas(64) _Atomic uint64_t written;
    _Alignas(64) _Atomic uint64_t read;
};

// A connection: the control blocks of all lie together, so that walking over them is cheap; then come the bytes.
struct pair {
    struct ring up, down;
};

struct area {
    uint64_t connections, capacity;
    size_t size;
    struct pair *pairs;
    unsigned char *bytes;
};

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "c-ring: %s: %s\n", what, why);
    exit(1);
}

static _Noreturn void usage(void)
{
    fputs("usage: c-ring serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
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

static size_t size_of(uint64_t connections, uint64_t capacity)
{
    return connections * (sizeof(struct pair) + 2 * capacity);
}

// Maps every page now, so that no fault is measured later.
static bool map(struct area *a, int memory)
{
    a->size = size_of(a->connections, a->capacity);
    void *base = mmap(NULL, a->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, memory, 0);
    if (base == MAP_FAILED)
        return false;
    a->pairs = base;
    a->bytes = (unsigned char *)(a->pairs + a->connections);
    return true;
}

static unsigned char *up_bytes(const struct area *a, uint64_t c) { return a->bytes + 2 * c * a->capacity; }
static unsigned char *down_bytes(const struct area *a, uint64_t c) { return up_bytes(a, c) + a->capacity; }

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

// How much of LEN can be copied at index I without wrapping, and no more than a piece.
static uint64_t piece(const struct area *a, uint64_t i, uint64_t len)
{
    return least(least(len, PIECE), a->capacity - (i & (a->capacity - 1)));
}

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// One turn of waiting for the other side.
static void idle(uint64_t *empty, uint64_t visited)
{
    *empty += visited;
    if (*empty > SPINS)
        sched_yield();
    else
        pause_cpu();
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        fail("path", strerror(ENAMETOOLONG));
    strcpy(address.sun_path, path);
    return address;
}

// What the client sends with the memfd.
struct offer {
    uint64_t connections, capacity;
};

// ---- server ----

struct session {
    int fd;
    struct area area;
    uint64_t *echoed; // for each connection: bytes echoed, which is our index in both of its rings
};

// Echoes one piece of each connection; false when there was none.
static bool echo_all(struct session *s)
{
    bool moved = false;
    for (uint64_t c = 0; c < s->area.connections; c++) {
        struct pair *p = &s->area.pairs[c];
        uint64_t done = s->echoed[c];
        uint64_t waiting = atomic_load_explicit(&p->up.written, memory_order_acquire) - done;
        if (!waiting)
            continue;
        uint64_t room = s->area.capacity - (done - atomic_load_explicit(&p->down.read, memory_order_acquire));
        uint64_t n = piece(&s->area, done, least(waiting, room));
        if (!n)
            continue;
        uint64_t at = done & (s->area.capacity - 1);
        memcpy(down_bytes(&s->area, c) + at, up_bytes(&s->area, c) + at, n);
        s->echoed[c] = done + n;
        atomic_store_explicit(&p->down.written, done + n, memory_order_release);
        atomic_store_explicit(&p->up.read, done + n, memory_order_release);
        moved = true;
    }
    return moved;
}

// Takes the offer of a client; false when it is not one.
static bool begin(struct session *s)
{
    struct offer offer;
    struct iovec iov = {&offer, sizeof offer};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(s->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (n < 0 || !header || header->cmsg_type != SCM_RIGHTS)
        return false;
    int memory;
    memcpy(&memory, CMSG_DATA(header), sizeof memory);
    struct stat found;
    bool good = n == sizeof offer && offer.connections - 1 < CONNECTIONS && offer.capacity >= SMALLEST &&
                offer.capacity <= LARGEST && (offer.capacity & (offer.capacity - 1)) == 0 &&
                fstat(memory, &found) == 0 && (uint64_t)found.st_size == size_of(offer.connections, offer.capacity);
    if (good) {
        s->area.connections = offer.connections;
        s->area.capacity = offer.capacity;
        s->echoed = calloc(offer.connections, sizeof *s->echoed);
        good = s->echoed && map(&s->area, memory) && send(s->fd, "", 1, MSG_NOSIGNAL) == 1;
    }
    close(memory);
    return good;
}

static void end(struct session *s)
{
    close(s->fd);
    if (s->area.pairs)
        munmap(s->area.pairs, s->area.size);
    free(s->echoed);
}

static int serve(const char *path)
{
    struct sockaddr_un address = address_of(path);
    struct stat left_over;
    if (lstat(path, &left_over) == 0 && S_ISSOCK(left_over.st_mode))
        unlink(path);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL); // before there is a file to remove
    umask(0077);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || signals < 0)
        fail("start", strerror(errno));
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind", strerror(errno));
    if (listen(listener, BACKLOG) < 0)
        fail("listen", strerror(errno));
    puts("ready private");
    fflush(stdout);

    struct session sessions[SESSIONS];
    nfds_t count = 0;
    uint64_t visited = CHECK_AFTER, empty = 0;
    for (;;) {
        uint64_t rings = 1;
        bool moved = false, running = false;
        for (nfds_t i = 0; i < count; i++) {
            if (!sessions[i].area.pairs)
                continue;
            running = true;
            rings += sessions[i].area.connections;
            moved |= echo_all(&sessions[i]);
        }
        if (moved)
            empty = 0;
        else if (running)
            idle(&empty, rings);
        visited += rings;
        if (running && visited < CHECK_AFTER)
            continue;

        visited = 0;
        struct pollfd watched[2 + SESSIONS] = {{.fd = signals, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
        if (count == SESSIONS)
            watched[1].fd = -1; // the next waits in the backlog
        for (nfds_t i = 0; i < count; i++)
            watched[2 + i] = (struct pollfd){.fd = sessions[i].fd, .events = POLLIN};
        if (poll(watched, 2 + count, running ? 0 : -1) <= 0)
            continue;
        if (watched[0].revents) {
            unlink(path);
            return 0;
        }
        for (nfds_t i = count; i-- > 0;) {
            if (!watched[2 + i].revents || (!sessions[i].area.pairs && begin(&sessions[i])))
                continue; // a client says nothing after its offer: what comes then is its end
            end(&sessions[i]);
            sessions[i] = sessions[--count];
        }
        if (watched[1].revents) {
            int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (fd >= 0)
                sessions[count++] = (struct session){.fd = fd};
            else
                poll(NULL, 0, 10); // out of descriptors: the listener stays ready, and asking at once would spin
        }
    }
}

// ---- client ----

struct options {
    uint64_t connections, chunk, iterations, window;
    bool verify;
};

struct lane {
    uint64_t total, limit, sent, received; // limit: what the window allows to be sent
    uint64_t chunk_end;                    // where the chunk that is coming back ends
    uint8_t quiet;                         // seconds without a byte
    const unsigned char *pattern;
};

static struct options opt;
static struct area area;

// Byte p of connection c. It repeats every PERIOD bytes in p and every 256 in c, so that 256 tables hold every stream.
static const unsigned char *pattern_of(uint64_t c)
{
    static unsigned char *tables[256];
    size_t k = opt.verify ? c % 256 : 0;
    if (!tables[k]) {
        size_t len = PERIOD + PIECE;
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

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// Connects, makes the rings and waits until the server has them.
static int offer_rings(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("socket", strerror(errno));
    uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + DEADLINE_S * UINT64_C(1000000000);
    while (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        struct timespec pause = {0, 1000000};
        if ((errno != EAGAIN && errno != EINTR) || clock_ns(CLOCK_MONOTONIC) > deadline)
            fail("connect", strerror(errno));
        nanosleep(&pause, NULL); // a full backlog has no event to wait for
    }

    area.connections = opt.connections;
    area.capacity = LARGEST;
    while (area.capacity > SMALLEST && 2 * area.capacity * area.connections > BUDGET)
        area.capacity /= 2;
    int memory = memfd_create("c-ring", MFD_CLOEXEC);
    if (memory < 0 || ftruncate(memory, (off_t)size_of(area.connections, area.capacity)) < 0 || !map(&area, memory))
        fail("shared memory", strerror(errno));

    struct offer offer = {area.connections, area.capacity};
    struct iovec iov = {&offer, sizeof offer};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof memory);
    memcpy(CMSG_DATA(header), &memory, sizeof memory);
    if (sendmsg(fd, &message, MSG_NOSIGNAL) != sizeof offer)
        fail("offer", strerror(errno));
    close(memory);
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    char byte;
    if (poll(&answer, 1, DEADLINE_S * 1000) != 1)
        fail("offer", "no answer in 30 s");
    if (recv(fd, &byte, 1, 0) != 1)
        fail("offer", "the server refused it");
    return fd;
}

// Writes what the window and the ring allow, one piece; false when there was none.
static bool put(uint64_t c, struct lane *l)
{
    if (l->sent == l->limit)
        return false;
    struct ring *up = &area.pairs[c].up;
    uint64_t room = area.capacity - (l->sent - atomic_load_explicit(&up->read, memory_order_acquire));
    uint64_t n = piece(&area, l->sent, least(l->limit - l->sent, room));
    if (!n)
        return false;
    memcpy(up_bytes(&area, c) + (l->sent & (area.capacity - 1)), at(l, l->sent), n);
    l->sent += n;
    l->quiet = 0;
    atomic_store_explicit(&up->written, l->sent, memory_order_release);
    return true;
}

// Takes one piece of what came back; false when there was none.
static bool take(uint64_t c, struct lane *l)
{
    static unsigned char buffer[PIECE];
    struct ring *down = &area.pairs[c].down;
    uint64_t waiting = atomic_load_explicit(&down->written, memory_order_acquire) - l->received;
    if (!waiting)
        return false;
    uint64_t n = piece(&area, l->received, waiting);
    memcpy(buffer, down_bytes(&area, c) + (l->received & (area.capacity - 1)), n);
    if (n > l->sent - l->received || (opt.verify && memcmp(buffer, at(l, l->received), n) != 0))
        fail("read", "a byte that was not sent");
    l->received += n;
    l->quiet = 0;
    atomic_store_explicit(&down->read, l->received, memory_order_release);
    while (l->received >= l->chunk_end && l->chunk_end < l->total) {
        l->chunk_end += opt.chunk;
        l->limit = least(l->limit + opt.chunk, l->total);
    }
    return true;
}

static int exchange(const char *path)
{
    struct lane *lanes = allocate(opt.connections, sizeof *lanes);
    uint64_t left = 0, bytes = opt.iterations * opt.chunk;
    for (uint64_t c = 0; c < opt.connections; c++) {
        struct lane *l = &lanes[c];
        l->total = (opt.iterations / opt.connections + (c < opt.iterations % opt.connections)) * opt.chunk;
        l->limit = least(opt.window * opt.chunk, l->total);
        l->chunk_end = least(opt.chunk, l->total);
        l->pattern = pattern_of(c);
        left += l->total > 0;
    }
    struct pollfd server = {.fd = offer_rings(path), .events = POLLIN};

    uint64_t elapsed = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t visited = 0, empty = 0, second = elapsed;
    while (left) {
        bool moved = false;
        for (uint64_t c = 0; c < opt.connections; c++) {
            struct lane *l = &lanes[c];
            if (l->received == l->total)
                continue;
            bool took = take(c, l), sent = put(c, l);
            moved |= took || sent;
            left -= l->received == l->total;
        }
        if (moved)
            empty = 0;
        else
            idle(&empty, opt.connections);
        visited += opt.connections;
        if (visited < CHECK_AFTER)
            continue;
        visited = 0;
        if (poll(&server, 1, 0) > 0)
            fail("exchange", "the server is gone");
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
    if (strcmp(argv[1], "serve") == 0 && argc == 3)
        return serve(argv[2]);
    if (strcmp(argv[1], "exchange") != 0)
        usage();
    opt.window = 1;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--verify") == 0)
            opt.verify = true;
        else if (strcmp(argv[i], "--connections") == 0)
            opt.connections = number(argv[++i], CONNECTIONS);
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
