/// PMIx, which Slurm and Open MPI speak with the processes that they start. Its library is looked
/// for when it is needed, so that the program starts where there is none.
#ifndef WEFT_PMIX_H
#define WEFT_PMIX_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The longest text that can be shared, with the zero at its end.
enum { weft_pmix_text = 1024 };

/// Loads the library and takes the place that the server has for this process. -ENOENT: there is no
/// library, or it lacks what is needed; -ETIMEDOUT: the server said nothing for so long; -EPROTO:
/// it refused, and weft_pmix_problem says why.
///
/// Threads of the library begin here; they leave all signals to others.
int weft_pmix_begin(int milliseconds, uint32_t *rank_out, uint32_t *ranks_out);

/// Gives rank 0's text (NULL on the others) to all of the job; waits for all of them.
int weft_pmix_share(
    const char *_Nullable text, int milliseconds, char text_out[_Nonnull weft_pmix_text]);

/// Tells the server that this process will end well.
int weft_pmix_finish(int milliseconds);

/// What the library said when a call returned -EPROTO or -ENOENT.
const char *weft_pmix_problem(void);

#pragma clang assume_nonnull end
#endif
