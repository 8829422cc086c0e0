#include "weft_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void caught(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGCHLD);
}

enum { FIRST_FD = 3 };

extern char **environ;

// The environment and one variable more, if any; the caller frees the array.
static char **environment_with(const char *variable) {
    size_t count = 0, name = variable ? strcspn(variable, "=") + 1 : 0, kept = 0;
    while (environ[count]) count++;
    char **result = calloc(count + 2, sizeof *result);
    if (!result) return NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_same = variable && strncmp(environ[i], variable, name) == 0;
        if (!is_same) result[kept++] = environ[i];
    }
    result[kept] = (char *)(uintptr_t)variable;
    return result;
}

int weft_process_spawn(
    const char *path, char *const *arguments, const char *variable, const int *fds,
    uint32_t fd_count, pid_t *pid_out
) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char **environment = environment_with(variable);
    if (!environment) return -ENOMEM;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) {
        free(environment);
        return -error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        free(environment);
        return -error;
    }
    sigset_t none, defaults;
    sigemptyset(&none);
    caught(&defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    // First out of the way, then into place: a source may be where a target goes.
    for (uint32_t i = 0; i < fd_count && !error; i++) {
        error = posix_spawn_file_actions_adddup2(
            &actions, fds[i], FIRST_FD + (int)(fd_count + i) + 64);
    }
    for (uint32_t i = 0; i < fd_count && !error; i++) {
        error = posix_spawn_file_actions_adddup2(
            &actions, FIRST_FD + (int)(fd_count + i) + 64, FIRST_FD + (int)i);
    }
    if (!error) {
        error = posix_spawn_file_actions_addclosefrom_np(&actions, FIRST_FD + (int)fd_count);
    }
    if (!error) {
        error = posix_spawn(pid_out, path, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    return -error;
}

int weft_process_change(pid_t pid, weft_process_state *state_out, int *status_out) {
    int status = 0;
    pid_t changed = waitpid(pid, &status, WNOHANG | WUNTRACED | WCONTINUED);
    if (changed < 0) return -errno;
    if (changed == 0) return 0;
    *state_out = WIFSTOPPED(status)     ? WEFT_PROCESS_STOPPED
                 : WIFCONTINUED(status) ? WEFT_PROCESS_RUNNING
                                        : WEFT_PROCESS_ENDED;
    *status_out = WIFSTOPPED(status) ? WSTOPSIG(status) : status;
    return 1;
}

int weft_process_watch(pid_t pid, int *fd_out) {
    // The C library has no name for it before version 2.36.
    long fd = syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) return -errno;
    *fd_out = (int)fd;
    return 0;
}

bool weft_process_is_stopped(pid_t pid) {
    char path[32], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    text[got > 0 ? got : 0] = 0;
    // The state stands behind the name, which is in parentheses and may have some of its own.
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] == ' ' && (name_end[2] == 'T' || name_end[2] == 't');
}

int weft_process_outcome(int status) {
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int weft_process_follow(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -errno;
    // The parent may have ended before the kernel was told.
    return getppid() == parent ? 0 : -ESRCH;
}

int weft_process_catch_signals(int *fd_out) {
    sigset_t set;
    // Whoever started this may ignore the ends of its children, and that is inherited: the kernel
    // would then keep none for waitpid to tell.
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR) return -errno;
    caught(&set);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) return -errno;
    *fd_out = fd;
    return 0;
}

int weft_process_bell(int *fd_out) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) return -errno;
    *fd_out = fd;
    return 0;
}

int weft_process_ring(int bell) {
    uint64_t one = 1;
    return write(bell, &one, sizeof one) == sizeof one ? 0 : -errno;
}

int weft_process_wait(int signals, int bell, int milliseconds, weft_process_event *event_out) {
    struct pollfd fds[2] = {{signals, POLLIN, 0}, {bell, POLLIN, 0}};
    if (poll(fds, 2, milliseconds) < 0 && errno != EINTR) return -errno;
    weft_process_event event = {0, 0};
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) == sizeof info) event.signal = info.ssi_signo;
    uint64_t rings = 0;
    if (read(bell, &rings, sizeof rings) == sizeof rings) event.rings = rings;
    *event_out = event;
    return 0;
}
