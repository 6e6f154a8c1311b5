/* peer.c -- who is at the other end of a socket, and whether it is the user who runs us. */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/serving.h"

/* An end of a TCP connection; IPv4 when it is a mapped address, as the kernel has it. */
struct end {
	int family;
	size_t n;                       /* bytes of the address */
	unsigned char address[16];
	uint16_t port;                  /* network order */
};

static struct end end_of(const struct sockaddr *sa)
{
	const struct sockaddr_in *in = (const void *)sa;
	const struct sockaddr_in6 *in6 = (const void *)sa;
	struct end end = { .family = AF_UNSPEC };

	if (sa->sa_family == AF_INET) {
		end = (struct end){ .family = AF_INET, .n = 4, .port = in->sin_port };
		memcpy(end.address, &in->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		end = (struct end){ .family = AF_INET, .n = 4, .port = in6->sin6_port };
		memcpy(end.address, &in6->sin6_addr.s6_addr[12], 4);
	} else if (sa->sa_family == AF_INET6) {
		end = (struct end){ .family = AF_INET6, .n = 16, .port = in6->sin6_port };
		memcpy(end.address, &in6->sin6_addr, 16);
	}
	return end;
}

static bool is_loopback(const struct end *end)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (end->family == AF_INET)
		return end->address[0] == 127;
	return end->family == AF_INET6 && memcmp(end->address, one, 16) == 0;
}

struct question {
	struct nlmsghdr head;
	struct inet_diag_req_v2 body;
};

/* The socket whose own end is the peer: its source is where we are connected to. */
static struct question ask(const struct end *peer, const struct end *ours)
{
	struct question q = {
		.head = { .nlmsg_len = sizeof(q), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST },
		.body = { .sdiag_family = (__u8)peer->family, .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = ~0u },
	};
	q.body.id.idiag_sport = peer->port;
	q.body.id.idiag_dport = ours->port;
	memcpy(q.body.id.idiag_src, peer->address, peer->n);
	memcpy(q.body.id.idiag_dst, ours->address, ours->n);
	q.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	q.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return q;
}

/* The kernel falls back to a listening socket of that port when there is no such connection:
 * only the exact pair counts. */
static bool is_pair(const struct inet_diag_msg *m, const struct end *peer, const struct end *ours)
{
	return m->id.idiag_sport == peer->port && m->id.idiag_dport == ours->port &&
	       memcmp(m->id.idiag_dst, ours->address, ours->n) == 0 &&
	       memcmp(m->id.idiag_src, peer->address, peer->n) == 0;
}

/* A socket of another family (mapped addresses) answers with 16 bytes: taken apart again. */
static bool answers(const struct inet_diag_msg *m, const struct end *peer, const struct end *ours)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct inet_diag_msg plain = *m;

	if (m->idiag_family == AF_INET6 && peer->family == AF_INET) {
		if (memcmp(m->id.idiag_src, mapped, 12) != 0 ||
		    memcmp(m->id.idiag_dst, mapped, 12) != 0)
			return false;
		plain.id.idiag_src[0] = m->id.idiag_src[3];
		plain.id.idiag_dst[0] = m->id.idiag_dst[3];
	}
	return is_pair(&plain, peer, ours);
}

static bool read_uid(int fd, const struct end *peer, const struct end *ours, uid_t *ret_uid)
{
	_Alignas(struct nlmsghdr) char room[1024];
	const ssize_t n = recv(fd, room, sizeof(room), 0);
	const struct nlmsghdr *head = (const void *)room;

	if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct inet_diag_msg)) ||
	    head->nlmsg_type != SOCK_DIAG_BY_FAMILY || head->nlmsg_len > (size_t)n)
		return false;
	const struct inet_diag_msg *m = (const void *)(room + NLMSG_HDRLEN);
	if (!answers(m, peer, ours))
		return false;
	*ret_uid = m->idiag_uid;
	return true;
}

static bool tcp_uid(const struct end *peer, const struct end *ours, uid_t *ret_uid)
{
	const struct timeval patience = { .tv_sec = 1 };
	struct question q = ask(peer, ours);
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	const bool is_known = send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q) &&
			      read_uid(fd, peer, ours, ret_uid);
	close(fd);
	return is_known;
}

static void find_unix(int fd, struct peer *peer)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	snprintf(peer->address, sizeof(peer->address), "unix");
	peer->is_loopback = true;
	peer->is_same_user = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 &&
			     n == sizeof(who) && who.uid == geteuid();
}

void peer_find(int fd, const struct sockaddr *address, struct peer *ret_peer)
{
	struct sockaddr_storage own = { 0 };
	socklen_t own_n = sizeof(own);
	uid_t uid = 0;

	*ret_peer = (struct peer){ .address = "unknown" };
	if (address->sa_family == AF_UNIX) {
		find_unix(fd, ret_peer);
		return;
	}
	const struct end peer = end_of(address);
	if (peer.family == AF_UNSPEC)
		return;
	inet_ntop(peer.family, peer.address, ret_peer->address, sizeof(ret_peer->address));
	ret_peer->port = ntohs(peer.port);
	ret_peer->is_loopback = is_loopback(&peer);
	if (!ret_peer->is_loopback || getsockname(fd, (struct sockaddr *)&own, &own_n) != 0)
		return;
	const struct end ours = end_of((const struct sockaddr *)&own);
	ret_peer->is_same_user = ours.family == peer.family && tcp_uid(&peer, &ours, &uid) &&
				 uid == geteuid();
}
