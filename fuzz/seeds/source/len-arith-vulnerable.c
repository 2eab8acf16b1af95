/* Messages with a header that says how long they are. */

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct header {
    uint32_t kind;
    uint32_t length;
    uint64_t count;
};

char *receive_text(int fd)
{
    uint32_t length;
    char *text;

    if (recv(fd, &length, sizeof length, MSG_WAITALL) != sizeof length)
        return NULL;
    length = ntohl(length);
    text = malloc(length + 1); /* finding: len-arith */
    if (text == NULL)
        return NULL;
    if (recv(fd, text, length, MSG_WAITALL) != (ssize_t)length) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

uint64_t *receive_numbers(int fd)
{
    struct header header;
    size_t size;
    uint64_t *numbers;

    if (recv(fd, &header, sizeof header, MSG_WAITALL) != sizeof header)
        return NULL;
    size = header.count * sizeof *numbers; /* finding: len-arith */
    numbers = malloc(size);
    if (numbers == NULL)
        return NULL;
    if (recv(fd, numbers, size, MSG_WAITALL) != (ssize_t)size) {
        free(numbers);
        return NULL;
    }
    return numbers;
}

int peer(struct sockaddr_un *address)
{
    address->sun_family = AF_UNIX;
    return 0;
}
