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
    elif number == 17:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.sendto(b"x", (destination, int(port)))
    else:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, number)
        s.sendto(b"\0" * 20, (destination, 0))
    s.close()
    print("sent", flush=True)
