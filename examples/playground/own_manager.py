from contextlib import contextmanager


@contextmanager
def reserved(cores):
    print("reserve", cores)
    try:
        yield cores
    except LookupError as error:
        print("swallowed:", repr(error))
    finally:
        print("give back", cores)


for failure in None, LookupError("no host"), OSError("no disk"):
    try:
        with reserved(8):
            if failure:
                raise failure
            print("boot")
    except OSError as error:
        print("out:", repr(error))
