/* Stops the next thread that calls a function of the runtime at its first instruction, until it is told to go on.

   It is a scheduler and nothing else: the function's first bytes are a jump to here, they are put back before the thread
   stops, and then the call goes on as it was made. Only for x86-64. */

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { JUMP_BYTES = 14 };

static uint8_t kept[JUMP_BYTES];
void *stopped_function;
static int arrived, go;
static void *first_argument;

static int put(void *where, const uint8_t *bytes)
{
    long page = sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)where & ~(uintptr_t)(page - 1);
    uintptr_t to = (uintptr_t)where + JUMP_BYTES;
    if (mprotect((void *)from, to - from, PROT_READ | PROT_WRITE | PROT_EXEC) < 0) {
        return -1;
    }
    memcpy(where, bytes, JUMP_BYTES);
    return mprotect((void *)from, to - from, PROT_READ | PROT_EXEC);
}

/* The thread has come: says so by a byte, and waits for one. */
void stop_here(void *argument)
{
    char byte = 's';
    put(stopped_function, kept);
    first_argument = argument;
    while (write(arrived, &byte, 1) != 1) {
    }
    while (read(go, &byte, 1) != 1) {
    }
}

/* The first argument of the call that was stopped; null if there was none. */
void *stopped_with(void)
{
    return first_argument;
}

#ifdef __x86_64__
/* Keeps the arguments, whatever they are, and enters the function anew. */
void stop_entry(void);
__asm__(
    ".text\n"
    ".globl stop_entry\n"
    ".hidden stop_entry\n"
    "stop_entry:\n"
    "  push %rdi\n  push %rsi\n  push %rdx\n  push %rcx\n  push %r8\n  push %r9\n  push %rax\n  push %r10\n  push %r11\n"
    "  call stop_here@PLT\n"
    "  pop %r11\n  pop %r10\n  pop %rax\n  pop %r9\n  pop %r8\n  pop %rcx\n  pop %rdx\n  pop %rsi\n  pop %rdi\n"
    "  push %rax\n"
    "  push %rax\n"
    "  mov stopped_function@GOTPCREL(%rip), %rax\n"
    "  mov (%rax), %rax\n"
    "  mov %rax, 8(%rsp)\n"
    "  pop %rax\n"
    "  ret\n");

/* From now on the next call stops. The descriptors are those of two pipes. */
int stop_at(void *function, int arrived_at, int go_from)
{
    uint8_t jump[JUMP_BYTES] = {0xff, 0x25};
    void *entry = (void *)stop_entry;
    memcpy(jump + 6, &entry, sizeof entry);
    stopped_function = function;
    arrived = arrived_at;
    go = go_from;
    memcpy(kept, function, JUMP_BYTES);
    return put(function, jump);
}
#else
int stop_at(void *function, int arrived_at, int go_from)
{
    (void)function, (void)arrived_at, (void)go_from, (void)arrived, (void)go, (void)kept;
    return -1;
}
#endif
