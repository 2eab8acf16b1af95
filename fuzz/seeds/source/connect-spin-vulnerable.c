#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Without a server this takes a whole processor, and never returns. */
void connect_now(int fd, const struct sockaddr_un *addr)
{
    while (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0) // finding: connect-spin
        ;
}

/* The pause makes it cheap, not finite. */
void connect_some_day(int fd, const struct sockaddr_un *addr)
{
    for (;;) {
        if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0) // finding: connect-spin
            break;
        sleep(1);
    }
}
