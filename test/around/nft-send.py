# Sends one packet for each line `protocol destination port` on standard input and answers with a line. Run inside a network namespace.
import socket
import sys

for line in sys.stdin:
    protocol, destination, port = line.split()
    number = int(protocol)
    if number == 6:
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.setblocking(False)
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
