# Sends one packet for each line `protocol destination port [source [interface]]` on standard input and answers with a line; `-` is no source.
# Run inside a network namespace.
import socket
import sys

for line in sys.stdin:
    protocol, destination, port, *more = line.split()
    number = int(protocol)
    if number == 6:
        family = socket.AF_INET6 if ":" in destination else socket.AF_INET
        s = socket.socket(family, socket.SOCK_STREAM)
        s.setblocking(False)
        if len(more) > 1:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, more[1].encode())
        if more and more[0] != "-":
            s.bind((more[0], 0))
        s.connect_ex((destination, int(port)))
        s.close()
        print("sent", flush=True)
        continue
    raw = number != 17
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW if raw else socket.SOCK_DGRAM, number if raw else 0)
    try:
        s.sendto(b"\0" * 20, (destination, 0 if raw else int(port)))
    except PermissionError:
        # What the own filter drops is told to the sender.
        pass
    s.close()
    print("sent", flush=True)
