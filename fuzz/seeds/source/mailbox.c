/* Hands descriptors from one process to another. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLOTS 8

enum state { EMPTY, FULL = 4, BROKEN };

struct mailbox {
    int slots[SLOTS];
    uint32_t head;
    enum state state;
    void *shared;
};

static uint64_t received_total = 0;
char *last_error;

bool mailbox_init(struct mailbox *box, int control)
{
    if (box == NULL)
        return false;
    memset(box, 0, sizeof(*box));
    box->state = EMPTY;
    return control >= 0;
}

static int take_descriptor(int control)
{
    char data;
    char space[CMSG_SPACE(sizeof(int))];
    struct iovec part = { &data, 1 };
    struct msghdr message = { 0 };

    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof(space);
    if (recvmsg(control, &message, 0) != 1)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    return fd;
}

int mailbox_receive(struct mailbox *box, int control)
{
    int fd = take_descriptor(control);
    if (fd < 0)
        return -1;
    box->slots[box->head % SLOTS] = fd;
    box->head++;
    received_total++;
    return fd;
}

void *mailbox_map(struct mailbox *box, int fd, size_t size)
{
    box->shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (box->shared == MAP_FAILED)
        return NULL;
    return box->shared;
}

void mailbox_note(const char *text)
{
    char *copy = strdup(text);
    last_error = copy;
}

int mailbox_drain(struct mailbox *box)
{
    static int drained;
    int count = 0;
    for (int i = 0; i < SLOTS; i++) {
        close(box->slots[i]);
        count++;
    }
    drained += count;
    return count;
}

void mailbox_free(struct mailbox *box, size_t size)
{
    munmap(box->shared, size);
    free(box);
}
