#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
    struct sockaddr_un addr;
    LIST_ENTRY(client) entry;
    uint16_t id;
    int fd;
};

static LIST_HEAD(, client) clients = LIST_HEAD_INITIALIZER(clients);
static uint16_t next_client_id;

/* The number is used again after 65536 clients, whether its first owner is gone or not. */
struct client *client_accept(int listener)
{
    struct client *client;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return NULL;
    client = calloc(1, sizeof(*client));
    if (!client) {
        close(fd);
        return NULL;
    }
    client->fd = fd;
    client->id = next_client_id++; // finding: id-wrap
    LIST_INSERT_HEAD(&clients, client, entry);
    return client;
}

struct client *client_find(uint16_t id)
{
    struct client *client;

    LIST_FOREACH (client, &clients, entry)
        if (client->id == id)
            return client;
    return NULL;
}
