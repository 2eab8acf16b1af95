// libuv: the event loop of Node.js, with its pipes (Unix sockets), in callbacks.
//
// What it shows: what a portable C event loop costs over the plain socket. Both sides write with uv_try_write first and
// leave to uv_write only what the socket did not take, with one request per connection that is used again and again.
// All connections read into one buffer, which is sound because a read callback follows its alloc callback at once.
//
// Back-pressure: the server stops reading from a connection while an echo of that connection is not written. The client
// always reads, so the two never wait for each other.

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

enum { BUFFER = 256 * 1024, BACKLOG = 4096, DEADLINE_S = 30 };
enum { PERIOD = 251 * 256 }; // the verified stream repeats after this many bytes

static uv_loop_t *loop;
static char buffer[BUFFER];

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "libuv: %s: %s\n", what, why);
    exit(1);
}

static void check(const char *what, int status)
{
    if (status < 0)
        fail(what, uv_strerror(status));
}

static _Noreturn void usage(void)
{
    fputs("usage: libuv serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]\n",
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

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle, (void)suggested;
    *buf = uv_buf_init(buffer, sizeof buffer);
}

// ---- server ----

struct echo {
    uv_pipe_t pipe;
    uv_write_t request;
    char *rest; // what the socket did not take; it lives until the request is done
};

static void on_echo_closed(uv_handle_t *handle)
{
    struct echo *e = handle->data;
    free(e->rest);
    free(e);
}

static void end(struct echo *e)
{
    if (!uv_is_closing((uv_handle_t *)&e->pipe))
        uv_close((uv_handle_t *)&e->pipe, on_echo_closed);
}

static void on_echo_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void on_echo_written(uv_write_t *request, int status)
{
    struct echo *e = request->data;
    free(e->rest);
    e->rest = NULL;
    if (status < 0)
        end(e);
    else
        uv_read_start((uv_stream_t *)&e->pipe, on_alloc, on_echo_read);
}

static void on_echo_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct echo *e = stream->data;
    if (n < 0) {
        end(e);
        return;
    }
    uv_buf_t all = uv_buf_init(buf->base, (unsigned)n);
    int done = n ? uv_try_write(stream, &all, 1) : 0;
    if (done == UV_EAGAIN)
        done = 0;
    if (done == n)
        return;
    if (done < 0 || !(e->rest = malloc((size_t)(n - done)))) {
        end(e);
        return;
    }
    memcpy(e->rest, buf->base + done, (size_t)(n - done));
    uv_buf_t rest = uv_buf_init(e->rest, (unsigned)(n - done));
    uv_read_stop(stream);
    e->request.data = e;
    if (uv_write(&e->request, stream, &rest, 1, on_echo_written) < 0)
        end(e);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct echo *e = status < 0 ? NULL : calloc(1, sizeof *e);
    if (!e)
        return;
    uv_pipe_init(loop, &e->pipe, 0);
    e->pipe.data = e;
    if (uv_accept(listener, (uv_stream_t *)&e->pipe) < 0 ||
        uv_read_start((uv_stream_t *)&e->pipe, on_alloc, on_echo_read) < 0)
        end(e);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    if (!uv_is_closing(signal->data))
        uv_close(signal->data, NULL); // removes the socket file, too
    uv_stop(loop);
}

static int serve(const char *path)
{
    static uv_pipe_t listener;
    static uv_signal_t signals[2];
    static const int numbers[2] = {SIGTERM, SIGINT};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(loop, &signals[i]);
        signals[i].data = &listener;
        uv_signal_start(&signals[i], on_signal, numbers[i]);
    }
    struct stat left_over;
    if (lstat(path, &left_over) == 0 && S_ISSOCK(left_over.st_mode))
        unlink(path);
    umask(0077);
    uv_pipe_init(loop, &listener, 0);
    check("bind", uv_pipe_bind(&listener, path));
    check("listen", uv_listen((uv_stream_t *)&listener, BACKLOG, on_connection));
    puts("ready");
    fflush(stdout);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}

// ---- client ----

struct options {
    uint64_t connections, chunk, iterations, window;
    bool verify;
};

struct lane {
    uv_pipe_t pipe;
    uv_write_t request;
    size_t writing;  // bytes uv_write still has; no other write meanwhile
    unsigned quiet;  // seconds without a byte
    uint64_t total, sent, received;
    const char *pattern;
};

static struct options opt;
static struct lane *lanes;
static const char *server;
static size_t span; // longest write: what is in flight, and no more than a buffer
static uint64_t connected, left, elapsed, cpu, retry_until;
static uv_connect_t connecting;
static uv_timer_t timer;

// Byte p of connection c. It repeats every PERIOD bytes in p and every 256 in c, so that 256 tables hold every stream;
// they live as long as the program, as a write in flight demands.
static const char *pattern_of(uint64_t c)
{
    static char *tables[256];
    size_t k = opt.verify ? c % 256 : 0;
    if (!tables[k]) {
        size_t len = PERIOD + span;
        tables[k] = allocate(len, 1);
        for (size_t p = 0; p < len; p++)
            tables[k][p] = (char)(k * 131 + p * 7 + p / 251);
    }
    return tables[k];
}

static const char *at(const struct lane *l, uint64_t p)
{
    return l->pattern + (opt.verify ? p % PERIOD : 0);
}

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void pump(struct lane *l);

static void on_written(uv_write_t *request, int status)
{
    struct lane *l = request->data;
    check("write", status);
    l->writing = 0;
    l->quiet = 0;
    pump(l);
}

// Sends all that the window allows and the socket takes.
static void pump(struct lane *l)
{
    uint64_t end = (l->received / opt.chunk + opt.window) * opt.chunk;
    if (end > l->total)
        end = l->total;
    while (l->sent < end && !l->writing) {
        size_t len = end - l->sent < span ? end - l->sent : span;
        uv_buf_t bytes = uv_buf_init((char *)at(l, l->sent), (unsigned)len);
        int done = uv_try_write((uv_stream_t *)&l->pipe, &bytes, 1);
        if (done == UV_EAGAIN)
            done = 0;
        check("write", done);
        l->sent += len;
        l->writing = len - (size_t)done;
        if (l->writing) {
            bytes = uv_buf_init(bytes.base + done, (unsigned)l->writing);
            l->request.data = l;
            check("write", uv_write(&l->request, (uv_stream_t *)&l->pipe, &bytes, 1, on_written));
        }
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct lane *l = stream->data;
    if (l->received >= l->total)
        return; // it has all its bytes; what the server does with it now is its affair
    if (n < 0)
        fail("read", n == UV_EOF ? "the server closed the connection" : uv_strerror((int)n));
    if ((uint64_t)n > l->sent - l->received || (opt.verify && memcmp(buf->base, at(l, l->received), (size_t)n) != 0))
        fail("read", "a byte that was not sent");
    l->received += (uint64_t)n;
    if (n)
        l->quiet = 0;
    if (l->received < l->total)
        pump(l);
    else if (--left == 0)
        uv_stop(loop);
}

static void on_second(uv_timer_t *t)
{
    (void)t;
    for (uint64_t c = 0; c < opt.connections; c++)
        if (lanes[c].received < lanes[c].total && ++lanes[c].quiet > DEADLINE_S)
            fail("exchange", "30 s without a byte on a connection");
}

static void start(void)
{
    check("timer", uv_timer_start(&timer, on_second, 1000, 1000));
    for (uint64_t c = 0; c < opt.connections; c++)
        check("read", uv_read_start((uv_stream_t *)&lanes[c].pipe, on_alloc, on_read));
    elapsed = uv_hrtime();
    cpu = cpu_ns();
    for (uint64_t c = 0; c < opt.connections; c++)
        pump(&lanes[c]);
}

static void connect_next(void);

static void on_retry(uv_timer_t *t)
{
    (void)t;
    connect_next();
}

static void on_refused_closed(uv_handle_t *handle)
{
    (void)handle;
    check("timer", uv_timer_start(&timer, on_retry, 1, 0));
}

static void on_connected(uv_connect_t *request, int status)
{
    if (status == UV_EAGAIN && uv_hrtime() < retry_until) { // a full backlog, which has no event to wait for
        uv_close((uv_handle_t *)request->handle, on_refused_closed);
        return;
    }
    check("connect", status);
    if (++connected < opt.connections)
        connect_next();
    else
        start();
}

static void connect_next(void)
{
    struct lane *l = &lanes[connected];
    check("pipe", uv_pipe_init(loop, &l->pipe, 0));
    l->pipe.data = l;
    uv_pipe_connect(&connecting, &l->pipe, server, on_connected);
}

static int exchange(const char *path)
{
    uint64_t flight = opt.window * opt.chunk, bytes = opt.iterations * opt.chunk;
    span = flight < BUFFER ? flight : BUFFER;
    server = path;
    lanes = allocate(opt.connections, sizeof *lanes);
    for (uint64_t c = 0; c < opt.connections; c++) {
        lanes[c].total = (opt.iterations / opt.connections + (c < opt.iterations % opt.connections)) * opt.chunk;
        lanes[c].pattern = pattern_of(c);
        left += lanes[c].total > 0;
    }
    retry_until = uv_hrtime() + DEADLINE_S * UINT64_C(1000000000);
    uv_timer_init(loop, &timer);
    connect_next();
    uv_run(loop, UV_RUN_DEFAULT);
    elapsed = uv_hrtime() - elapsed;
    cpu = cpu_ns() - cpu;
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
    signal(SIGPIPE, SIG_IGN); // a broken connection is an error of its write
    loop = uv_default_loop();
    bool serving = strcmp(argv[1], "serve") == 0 && argc == 3;
    if (!serving && strcmp(argv[1], "exchange") != 0)
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
    if (!serving && (!opt.connections || !opt.chunk || !opt.iterations))
        usage();
    if (strlen(argv[2]) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        fail("path", strerror(ENAMETOOLONG)); // libuv would cut it
    return serving ? serve(argv[2]) : exchange(argv[2]);
}
