"""Cache sizes, block sizes and thresholds of every kernel, in one place.

A name says what is counted and, at its end, in which unit: BYTES, FLOATS (4 bytes each), NUMBERS
(elements of an array), PRODUCTS (multiply-adds), or the things themselves (TILES, POSITIONS, ...).
What depends on the width of a vector is computed from these where vectors are known: `micro` for
the micro-kernel, `nearest.simd` for the search. Whoever tunes for another CPU begins here, with
`make bench` to measure: no number here changes what is computed, beyond rounding. How long threads
look out before they sleep is not a size; that stands in `threads` and `signals`.
"""

from __future__ import annotations

import os

# The machine.

# Also the widest vector: one of 16 numbers that lies across two lines takes twice as long.
CACHE_LINE_BYTES = 64
CACHE_LINE_FLOATS = CACHE_LINE_BYTES // 4

# The micro-kernel: MICRO_VECTORS vectors in each of so many rows of C stay in registers, beside a
# row of B. AVX-512 and ARM have 32 vector registers, SSE and AVX2 have 16.
MICRO_VECTORS = 2
MICRO_ROWS_IN_16_REGISTERS = 4
MICRO_ROWS_IN_32_REGISTERS = 8

# Threads.

MAX_THREADS = max(256, os.cpu_count() or 1)  # each has buffers of its own, more is a slip
MIN_ITEMS_PER_THREAD = 2  # where it takes some work twice to have more of them
ITEMS_PER_THREAD = 4  # or more, where there is work for it: a thread held up then does fewer

# Work that one thread does sooner than it wakes another (which takes 50 to 100 microseconds).
LONE_CONV_PRODUCTS = 1 << 18
LONE_POOL_NUMBERS = 1 << 14
LONE_SEARCH_PRODUCTS = 1 << 21
LONE_ENCODED_NUMBERS = LONE_SEARCH_PRODUCTS // 16

PROGRAM_NUMBERS = 48  # in the jobs of a step of a program, at most

# Results (`results`). Measured, a style step at 256x256 had 5,100 page faults and 65 ms in the
# system with fresh memory; with results of this size and more used again, no faults and 6 ms.
# Results of this size do not stay in the caches, so they are also written past them: a 64->64
# convolution of 256x256 took 9.1 ms with ordinary writes and 7.7 ms so.
LARGE_RESULT_BYTES = 2 << 20
KEPT_RESULTS_BYTES = 512 << 20  # waiting to be used again, at most
RESULT_SLAB_BYTES = 256 << 20  # taken of the system at a time: only addresses, until written to

# Winograd convolution.

WINOGRAD_MIN_CHANNELS = 8  # input channels; below, the transforms cost more than they save
# Up to so many weights per tap, all transformed filters stay in the cache while threads take
# blocks of tiles; with more, threads take panels of filters. The forward and the gradient to the
# input do so only below that many tiles: more tiles share the transformed filters.
WINOGRAD_CACHED_WEIGHTS = 128 * 128
WINOGRAD_PANELWISE_TILES = 192
WINOGRAD_PRIVATE_FLOATS = 80 * 1024  # a thread's transformed tiles: 320 KB of its level-2 cache
WINOGRAD_SHARED_FLOATS = 2 << 20  # all threads' transformed tiles: 8 MB of the level-3 cache
WINOGRAD_BLOCK_TILES = 64  # in a thread's own block, at most
WINOGRAD_ITEM_TILES = 8  # an item of work where all threads transform one block

# Depthwise separable convolution.

SEPARABLE_BANDS = 2  # of lines, for each thread: where they meet, two lines are mixed twice

# Implicit GEMM.

GEMM_CHUNK_COLUMNS = 512  # gathered and multiplied at a time, so that weights stay in the cache
GEMM_BLOCK_POSITIONS = 64  # gathered at a time, at most
PACK_ROWS = 64  # of weights, an item of work
# Up to so many input channels most of the micro-kernel's columns would be empty in the gradient to
# the input: there g is multiplied by all taps at once, and the result added back.
SCATTERED_CHANNELS = 12

# Windows read where they lie, in copied lines.

LINE_CHANNELS = 12  # at most; with more, gathering is little beside the multiplications
LINE_STRETCH_POSITIONS = 128  # at a time: their windows and gradients stay in the nearest cache
LINE_COPY_FLOATS = 1 << 15  # copied lines of one thread: 128 KB of its level-2 cache

# Sums in float32 go on for so long before they are added to a total in float64 (`conv.totals`).

DEPTHWISE_PERIOD_POSITIONS = 1 << 8  # four at a time
GEMM_PERIOD_BLOCKS = 32  # of GEMM_BLOCK_POSITIONS
LINE_PERIOD_POSITIONS = 1 << 11
WINOGRAD_PERIOD_BLOCKS = 64  # of up to WINOGRAD_BLOCK_TILES
POOL_PERIOD_PLACES = 32  # their sum is right to 16 of its last bits

# Sums over axes (`sums`).

SUM_MIN_NUMBERS = 1 << 13  # that are worth the compiled kernel
SUM_WHOLE_MIN_NUMBERS = 1 << 11  # where all of an array is summed: less is to be said beforehand
LONE_SUM_NUMBERS = 1 << 17  # that one thread adds up sooner than it wakes another
SUM_ITEM_NUMBERS = 1 << 16  # that an item of work reads, about
SUM_ITEM_COLUMNS = 1 << 11  # at most

# Copies in another order (`layout`).

TURN_MIN_NUMBERS = 1 << 12  # that are worth the compiled kernel
LONE_TURN_NUMBERS = 1 << 16  # that one thread turns sooner than it wakes another
# From this size on, numbers that are only repeated are written past the caches: of 8 MB the last
# cache has room for all of them, and they took 0.13 ms, past it 0.33.
REPEATED_STREAM_BYTES = 16 << 20
TURN_BLOCK = 128  # columns of a block: so many streams are read
TURN_BLOCK_NUMBERS = 1 << 13  # an item of work: what is read and written stays in the nearest cache

# Matrix products.

MATMUL_MAX_TERMS = 1 << 13  # of a sum; longer ones are cut into parts, added up in float64
BLAS_TERMS = 1 << 8  # that are left to BLAS, which adds them up in float32, one after the other
PARTS_HELD_NUMBERS = 1 << 18  # of parts of a product, at a time

MATMUL_MIN_PRODUCTS = 1 << 24  # that are worth packing b and waking another thread
MATMUL_MIN_ROWS = 32  # (and columns); below, packing b would cost as much as the product

# Passes over whole arrays.

PASS_MIN_NUMBERS = 1 << 16  # that are worth the compiled kernel
PASS_ITEM_NUMBERS = 1 << 14  # an item of work, number by number
PASS_ITEM_ROWS = 1 << 9  # an item of work, all channels of so many positions
LONE_PASS_NUMBERS = 1 << 15  # that one thread goes through sooner than it wakes another
RESAMPLE_MIN_NUMBERS = 1 << 11  # that are worth the compiled kernel
LINE_MIN_NUMBERS = 1 << 10  # of lines to be standardised, that are worth the compiled kernel
LONE_LINE_NUMBERS = 1 << 16  # that one thread standardises sooner than it wakes another

# The search for neighbours.

NEAREST_ROOM_POINTS = 128  # there is room for a multiple of what a kernel works on at a time
NEAREST_PADDED_NUMBERS = 16  # points are padded with zeros to a multiple of this
NEAREST_ORDERED_NEIGHBOURS = 256  # kept in order as they come; for more, NumPy sorts
NEAREST_QUERIES = 256  # at a time: they stay in the cache
NEAREST_PANEL_VECTORS = 2  # a panel holds so many vectors of points
NEAREST_PANELS = 4  # that one query is scored against at a time: enough independent sums
NEAREST_ITEM_GROUPS = 8  # an item of work: so many times NEAREST_PANELS panels
NEAREST_MIN_QUERIES = 4  # together; fewer that are left over are scored one at a time
NEAREST_BLOCK_POINTS = 1 << 14  # at a time in NumPy
