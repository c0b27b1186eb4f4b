def release_ports(database_is_up):
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        if not database_is_up:
            raise OSError("database is down")
        print("instance set to ERROR")
        raise

for database_is_up in True, False:
    try:
        release_ports(database_is_up)
    except Exception as out:
        print(f"out: {out!r}, context: {out.__context__!r}")
