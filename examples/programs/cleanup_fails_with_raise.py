def set_to_error():
    raise OSError("database is down")


def release_ports():
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        set_to_error()
        raise


try:
    release_ports()
except Exception as out:
    print(f"out: {out!r}, context: {out.__context__!r}")
