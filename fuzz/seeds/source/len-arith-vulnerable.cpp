// A reader of records that begin with their length.

#include <QByteArray>
#include <QLocalSocket>

#include <cstdint>
#include <sys/socket.h>
#include <sys/un.h>
#include <vector>

struct Record
{
    quint32 kind;
    quint32 length;
};

QByteArray readLabel(QLocalSocket *socket)
{
    quint32 length = 0;
    if (socket->read(reinterpret_cast<char *>(&length), sizeof(length)) != sizeof(length))
        return QByteArray();
    QByteArray label(length + 1, '\0'); // finding: len-arith
    socket->read(label.data(), length);
    return label;
}

std::vector<char> readRecord(int fd)
{
    Record record;
    if (recv(fd, &record, sizeof(record), MSG_WAITALL) != sizeof(record))
        return {};
    std::vector<char> bytes;
    bytes.resize(record.length * 2); // finding: len-arith
    return bytes;
}

int open()
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}
