/* Takes a descriptor from its peer; the descriptor survives exec, and lost ones go unnoticed. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

int receive_descriptor(int sock)
{
	char byte;
	int fd = -1;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	ssize_t size;

	msg.msg_control = control.space;
	msg.msg_controllen = sizeof(control.space);
	do {
		size = recvmsg(sock, &msg, 0); // finding: fd-recv
	} while (size < 0 && errno == EINTR);
	if (size <= 0)
		return -1;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	}
	return fd;
}

/* Close-on-exec, but what did not fit is not missed. */
int receive_pair(int sock, int out[2])
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	ssize_t size;

	msg.msg_control = control.space;
	msg.msg_controllen = sizeof(control.space);
	size = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC); // finding: fd-recv
	if (size <= 0)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(out, CMSG_DATA(cmsg), 2 * sizeof(int));
	return 0;
}
