// What the parts of the program share; cases.c says what it is.
#ifndef CASES_H
#define CASES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft.h>

extern weft_communicator *all;
extern int rank, ranks;
extern long wrong, checked;

// Ends the process where a call went wrong.
void check(int code);

// Counts what is wrong, and says the first of it.
void expect(int32_t got, int32_t wanted, const char *what, int block, size_t i);

void try_everything(void);
void try_types(void);
void try_mistakes(void);
void try_parts(void);
void expect_code(int code, int wanted, const char *part);

#endif
