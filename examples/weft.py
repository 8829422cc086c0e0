"""weft for Python: collectives on NumPy arrays, by ctypes over libweft.

    import numpy, weft
    everyone = weft.join()
    total = everyone.all_reduce(numpy.ones(1000, numpy.float32))
    everyone.leave()

Arrays of `empty` lie where the other ranks reach them, so that nothing is copied on the way.
docs/LIBRARY.md says what the calls do; here they return their output.
"""
import ctypes
import os

import numpy

_library = ctypes.CDLL(os.environ.get("WEFT_LIBRARY", "libweft.so.0"))
_library.weft_error.restype = ctypes.c_char_p
_library.weft_library_version.restype = ctypes.c_char_p

# In the order of weft.h; NumPy has none of what is left out.
_ORDER = (
    "int8", "uint8", "int32", "uint32", "int64", "uint64", "float16", "", "float32", "float64")
_NUMBERS = {numpy.dtype(name): number for number, name in enumerate(_ORDER) if name}
SUM, PRODUCT, MIN, MAX, AVERAGE = range(5)


class Error(Exception):
    """What went wrong, in a sentence; `code` is the library's."""

    def __init__(self, code):
        super().__init__(_library.weft_error().decode())
        self.code = code


def _check(code):
    if code != 0:
        raise Error(code)


class _Options(ctypes.Structure):
    _fields_ = [
        ("bytes", ctypes.c_size_t), ("rank", ctypes.c_int), ("ranks", ctypes.c_int),
        ("meeting", ctypes.c_char_p), ("token", ctypes.c_char_p), ("node", ctypes.c_char_p),
        ("memory", ctypes.c_int), ("heap_bytes", ctypes.c_size_t), ("checks", ctypes.c_int),
        ("seconds", ctypes.c_int)]


def join(rank=-1, ranks=0, meeting=None, token=None, node=None, memory=-1, heap_bytes=1 << 30,
         checks=False, seconds=120):
    """Joins the processes of the job; without a rank, as the launcher says."""
    def text(words):
        return words.encode() if words else None

    options = _Options(ctypes.sizeof(_Options), rank, ranks, text(meeting), text(token), text(node),
                       memory, heap_bytes, checks, seconds)
    communicator = ctypes.c_void_p()
    _check(_library.weft_join(ctypes.byref(options), ctypes.byref(communicator)))
    return Communicator(communicator)


def memory(ranks, heap_bytes=1 << 30):
    """A descriptor of memory by which forked processes can join."""
    descriptor = ctypes.c_int()
    size = ctypes.c_size_t(heap_bytes)
    _check(_library.weft_memory_create(ranks, size, ctypes.byref(descriptor)))
    return descriptor.value


class Request:
    """A call that goes on by itself; nobody touches its arrays before `wait` gives the output."""

    def __init__(self, handle, arrays, output):
        self._handle, self._arrays, self._output = handle, arrays, output

    def is_done(self):
        done = ctypes.c_int()
        _check(_library.weft_test(self._handle, ctypes.byref(done)))
        return done.value != 0

    def wait(self):
        handle, self._handle = self._handle, None
        if handle is not None:
            _check(_library.weft_wait(handle))
        return self._output


class Communicator:
    """Processes that call collectives together."""

    def __init__(self, handle):
        self._handle = handle
        self.rank = _library.weft_rank(handle)
        self.ranks = _library.weft_ranks(handle)

    def leave(self):
        handle, self._handle = self._handle, None
        _check(_library.weft_leave(handle))

    def split(self, color, key=0):
        part = ctypes.c_void_p()
        _check(_library.weft_split(self._handle, color, key, ctypes.byref(part)))
        return Communicator(part) if part.value else None

    def empty(self, shape, dtype=numpy.float32):
        """An array that the other ranks reach; all make the same, in the same order."""
        dtype = numpy.dtype(dtype)
        size = int(numpy.prod(shape)) * dtype.itemsize
        place = ctypes.c_void_p()
        _check(_library.weft_allocate(self._handle, ctypes.c_size_t(size), ctypes.byref(place)))
        raw = (ctypes.c_byte * size).from_address(place.value)
        return numpy.frombuffer(raw, dtype=dtype).reshape(shape)

    def free(self, array):
        _check(_library.weft_free(self._handle, ctypes.c_void_p(array.ctypes.data)))

    def _call(self, name, arrays, output, *arguments, begin=False):
        for array in arrays:
            if array is not None and not array.flags.c_contiguous:
                raise ValueError("arrays must be contiguous")
        pointers = [None if a is None else ctypes.c_void_p(a.ctypes.data) for a in arrays]
        handle = ctypes.c_void_p()
        function = getattr(_library, "weft_" + name)
        _check(function(self._handle, *pointers, *arguments,
                        ctypes.byref(handle) if begin else None))
        return Request(handle, arrays, output) if begin else output

    def all_reduce(self, array, output=None, reduction=SUM, begin=False):
        output = numpy.empty_like(array) if output is None else output
        return self._call("all_reduce", [array, output], output, ctypes.c_size_t(array.size),
                          _NUMBERS[array.dtype], reduction, begin=begin)

    def reduce_scatter(self, array, output=None, reduction=SUM, begin=False):
        count = array.size // self.ranks
        output = numpy.empty(count, array.dtype) if output is None else output
        return self._call("reduce_scatter", [array, output], output, ctypes.c_size_t(count),
                          _NUMBERS[array.dtype], reduction, begin=begin)

    def all_gather(self, array, output=None, begin=False):
        if output is None:
            output = numpy.empty((self.ranks,) + array.shape, array.dtype)
        return self._call("all_gather", [array, output], output, ctypes.c_size_t(array.size),
                          _NUMBERS[array.dtype], begin=begin)

    def all_to_all(self, array, output=None, begin=False):
        output = numpy.empty_like(array) if output is None else output
        return self._call("all_to_all", [array, output], output,
                          ctypes.c_size_t(array.size // self.ranks), _NUMBERS[array.dtype],
                          begin=begin)

    def broadcast(self, array, root=0, begin=False):
        return self._call("broadcast", [array], array, ctypes.c_size_t(array.size),
                          _NUMBERS[array.dtype], root, begin=begin)

    def barrier(self):
        self._call("barrier", [], None)
