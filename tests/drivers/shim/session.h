/* What a session is asked to do, and what it showed: shared by the two shims and, field by field, by `sessions.py`.

   No header of CPython is used: objects are opaque, and the functions called are declared where they are needed. */

#ifndef SESSION_SHIM_H
#define SESSION_SHIM_H

#include <stddef.h>
#include <stdint.h>

typedef struct object object;           /* PyObject */
typedef struct interpreter interpreter; /* PyInterpreterState */
typedef struct thread thread;           /* PyThreadState */

enum { FILE_INPUT = 257, EVAL_INPUT = 258 };

struct plan {
    int64_t id;              /* the interpreter that is entered */
    object *updates;         /* for its __main__; or null */
    const char *body;        /* code that is run; or null */
    const char *late;        /* code that is run after values were preserved; or null */
    int count;               /* how many values are preserved */
    const char **names;      /* under which names */
    const char **values;     /* and the expressions that give them */
    int overrides;           /* whether the exit is given a code */
    int code;                /* which */
    const char *message;     /* and its text; or null */
    int wants_result;        /* whether there is a place for the result */
    const char *ask;         /* the name of a preserved value to ask for; or null */
    int clears;              /* whether the result is cleared in the end */
};

struct told {
    int entered;             /* 1 if the session was entered, 0 if that failed */
    int returned;            /* of the call that ended it */
    int errcode;             /* of the result, or of what was captured */
    int captured;            /* 3.13: whether there is something to apply */
    object *direct;          /* 3.13: what was raised before anything is applied */
    object *raised;          /* what is raised in the end */
    object *excinfo;
    object *preserved;
    object *asked;
    int switched;            /* during the session: whether another interpreter is current, */
    int running;             /* and whether its main is running */
    int main_code;           /* the code of a main namespace that was refused */
    int preserve_code;       /* the code of a value that was not preserved */
    int left_running;        /* afterwards: whether this session still runs main, */
    int left_thread;         /* whether another thread state is current, */
    int left_fields;         /* whether the session says that it is still one */
    int cleared_objects;     /* whether clearing the result left objects in it */
    int cleared_code;        /* and the code that is then in it */
};

extern interpreter *_PyInterpreterState_LookUpID(int64_t id);
extern int _PyInterpreterState_IsRunningMain(interpreter *);
extern interpreter *PyInterpreterState_Get(void);
extern thread *PyThreadState_Get(void);
extern object *PyRun_String(const char *code, int start, object *globals, object *locals);
extern object *PyErr_GetRaisedException(void);
extern object *PyErr_Occurred(void);
extern void PyErr_Clear(void);
extern void Py_IncRef(object *);
extern void Py_DecRef(object *);

/* Runs code for what it does. Failure leaves the exception set. */
static inline int run(const char *code, object *names)
{
    object *done = PyRun_String(code, FILE_INPUT, names, names);
    if (done == NULL) {
        return -1;
    }
    Py_DecRef(done);
    return 0;
}

static inline void look_inside(struct told *told, thread *before, interpreter *target)
{
    told->entered = 1;
    told->switched = PyThreadState_Get() != before;
    told->running = _PyInterpreterState_IsRunningMain(target);
}

#endif
