/*
 * queue_length.c -- asks through netlink's sock_diag.  A unix socket is found by its inode at once; for TCP the
 * kernel lists the listening sockets and ours is picked out by its inode.
 */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/pool/queue_length.h"

#define TCP_STATE_LISTEN 10

union question {
	struct nlmsghdr head;
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} local;
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} tcp;
};

static void
ask_local(union question *question, uint64_t inode)
{
	question->local.body = (struct unix_diag_req){ .sdiag_family = AF_UNIX, .udiag_states = UINT32_MAX,
		.udiag_ino = (uint32_t)inode, .udiag_show = UDIAG_SHOW_RQLEN, .udiag_cookie = { UINT32_MAX, UINT32_MAX } };
	question->head = (struct nlmsghdr){ .nlmsg_len = sizeof(question->local), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST };
}

static void
ask_tcp(union question *question, uint32_t family)
{
	question->tcp.body = (struct inet_diag_req_v2){ .sdiag_family = (uint8_t)family, .sdiag_protocol = IPPROTO_TCP,
		.idiag_states = UINT32_C(1) << TCP_STATE_LISTEN };
	question->head = (struct nlmsghdr){ .nlmsg_len = sizeof(question->tcp), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP };
}

static bool
hear_local(const struct nlmsghdr *message, struct queue_length *length_r)
{
	const char *end = (const char *)message + message->nlmsg_len;
	const char *at = (const char *)NLMSG_DATA(message) + sizeof(struct unix_diag_msg);

	while (end - at >= (ptrdiff_t)RTA_LENGTH(sizeof(struct unix_diag_rqlen))) {
		const struct rtattr *attribute = (const void *)at;
		const struct unix_diag_rqlen *queue = RTA_DATA(attribute);

		if (attribute->rta_type == UNIX_DIAG_RQLEN) {
			*length_r = (struct queue_length){ .waiting = queue->udiag_rqueue, .most = queue->udiag_wqueue };
			return true;
		}
		if (attribute->rta_len == 0)
			break;
		at += RTA_ALIGN(attribute->rta_len);
	}
	return false;
}

static bool
hear_tcp(const struct nlmsghdr *message, uint64_t inode, struct queue_length *length_r)
{
	const struct inet_diag_msg *body = NLMSG_DATA(message);

	if (body->idiag_inode != inode)
		return false;
	*length_r = (struct queue_length){ .waiting = body->idiag_rqueue, .most = body->idiag_wqueue };
	return true;
}

/* Reads answers until ours is there, or the kernel has no more of them. */
static bool
hear(int netlink, uint32_t family, uint64_t inode, struct queue_length *length_r)
{
	_Alignas(struct nlmsghdr) char answer[16384];

	for (;;) {
		ssize_t length = recv(netlink, answer, sizeof(answer), 0);
		const struct nlmsghdr *message = (const struct nlmsghdr *)answer;
		size_t left = length > 0 ? (size_t)length : 0;

		if (left == 0)
			return false;
		for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
				return false;
			if (family == AF_UNIX ? hear_local(message, length_r) : hear_tcp(message, inode, length_r))
				return true;
		}
		if (family == AF_UNIX)
			return false;
	}
}

bool
queue_length(uint32_t family, uint64_t inode, struct queue_length *length_r)
{
	const struct timeval patience = { .tv_usec = 100000 };
	union question question;
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool heard;

	*length_r = (struct queue_length){ 0 };
	if (netlink < 0)
		return false;
	memset(&question, 0, sizeof(question));
	setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (family == AF_UNIX)
		ask_local(&question, inode);
	else
		ask_tcp(&question, family);
	heard = send(netlink, &question, question.head.nlmsg_len, 0) > 0 && hear(netlink, family, inode, length_r);
	close(netlink);
	return heard;
}
