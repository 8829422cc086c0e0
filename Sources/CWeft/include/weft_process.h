/// Processes and signals: what a launcher needs of the kernel.
#ifndef WEFT_PROCESS_H
#define WEFT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// Starts a program with this environment and `variable` (NAME=VALUE), if there is one, `fds[i]` as
/// its descriptor 3 + i, default signals, and nothing else open but standard input, output and
/// error.
int weft_process_spawn(
    const char *path, char *_Nullable const *_Nonnull arguments,
    const char *_Nullable variable, const int *fds, uint32_t fd_count, pid_t *pid_out);

typedef enum weft_process_state {
    WEFT_PROCESS_RUNNING,
    /// By a signal that stops processes, until another continues it.
    WEFT_PROCESS_STOPPED,
    WEFT_PROCESS_ENDED,
} weft_process_state;

/// Whether a child is in another state than before: 1 with which, 0 if not. The status is how it
/// ended (as waitpid tells it), or the signal that stopped it.
int weft_process_change(pid_t pid, weft_process_state *state_out, int *status_out);

/// The exit code of a status, or -signal.
int weft_process_outcome(int status);

/// A descriptor that becomes readable when a process ends that need not be a child.
int weft_process_watch(pid_t pid, int *fd_out);

/// Whether a process is stopped by a signal, or held by a debugger.
bool weft_process_is_stopped(pid_t pid);

/// Has the kernel kill this process when its parent ends; -ESRCH when `parent` is gone already.
int weft_process_follow(pid_t parent);

/// Takes interrupts, hang-ups, requests to end and children's ends as events rather than signals.
int weft_process_catch_signals(int *fd_out);

/// A descriptor that becomes readable when it is rung.
int weft_process_bell(int *fd_out);
int weft_process_ring(int bell);

/// What weft_process_wait woke up for.
typedef struct weft_process_event {
    /// The signal, 0 for none.
    uint32_t signal;
    /// How often the bell was rung.
    uint64_t rings;
} weft_process_event;

/// Waits for a signal or the bell, at most so many milliseconds (-1: for ever).
int weft_process_wait(
    int signals, int bell, int milliseconds, weft_process_event *event_out);

#pragma clang assume_nonnull end
#endif
