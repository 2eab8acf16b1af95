/* Takes lines from local clients and writes them to a log. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_LINE 512
#define BACKLOG 16

static const int retry_limit = 3;
static int clients_seen;

struct client {
    int fd;
    char line[MAX_LINE];
    size_t used;
};

static int open_listener(const char *path)
{
    struct sockaddr_un address;
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);

    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    unlink(path);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        close(fd);
        return -1;
    }
    chmod(path, 0666);
    listen(fd, BACKLOG);
    return fd;
}

static struct client *new_client(int fd)
{
    struct client *client = malloc(sizeof(*client));
    client->fd = fd;
    client->used = 0;
    clients_seen++;
    return client;
}

static void drop_client(struct client *client)
{
    close(client->fd);
    free(client);
}

static void log_line(FILE *log, const char *text, size_t length)
{
    char copy[100];
    if (length >= sizeof(copy))
        length = sizeof(copy) - 1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    fprintf(log, "%s\n", copy);
}

static int serve_client(struct client *client, FILE *log)
{
    ssize_t got;
    got = read(client->fd, client->line, sizeof(client->line));
    if (got <= 0)
        return 0;
    log_line(log, client->line, (size_t)got);
    return 1;
}

int main(int argc, char **argv)
{
    const char *path = "/tmp/relay.sock";
    char banner[64];
    int failures = 0;

    if (argc > 1)
        path = argv[1];
    FILE *log = fopen("relay.log", "a");
    int fd = open_listener(path);
    if (fd < 0) {
        perror("relay");
        return EXIT_FAILURE;
    }
    sprintf(banner, "relay on %s", path);
    puts(banner);
    while (failures < retry_limit) {
        int peer = accept(fd, NULL, NULL);
        if (peer == -1) {
            failures++;
            continue;
        }
        struct client *client = new_client(peer);
        while (serve_client(client, log))
            ;
        drop_client(client);
    }
    close(fd);
    return 0;
}
