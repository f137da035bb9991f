/* A whole session of CPython 3.13 in one call: entered, used, left, and what there is to see of it afterwards.

   Opaque prototypes, and the layout of the two structures that the caller has to provide. It performs and observes;
   what should come of it, it does not know. */

#include "session.h"

struct snapshot {
    void *builtin;
    const char *name, *qualname, *module, *message, *display;
};

struct error {
    interpreter *from;
    int code;
    struct snapshot uncaught;
};

struct session {
    thread *before, *during;
    int owns_thread;
    int running;
    object *names;
    int *override;
    struct error *error;
    struct error storage;
    int override_storage;
};

extern int _PyXI_Enter(struct session *, interpreter *, object *updates);
extern void _PyXI_Exit(struct session *);
extern object *_PyXI_ApplyCapturedException(struct session *);
extern int _PyXI_HasCapturedException(struct session *);
extern object *_PyXI_ApplyError(struct error *);
extern int _PyXI_InitExcInfo(struct snapshot *, object *exception);
extern void _PyXI_ClearExcInfo(struct snapshot *);

static void use(struct session *at, const struct plan *plan)
{
    if (plan->body != NULL && run(plan->body, at->names) < 0) {
        return;
    }
    if (plan->late != NULL) {
        (void)run(plan->late, at->names);
    }
}

static void look_back(struct session *at, thread *before, struct told *told)
{
    told->left_thread = PyThreadState_Get() != before;
    told->left_fields = at->before != NULL || at->during != NULL || at->owns_thread || at->running
        || at->names != NULL || at->override != NULL;
}

static void apply(struct session *at, struct told *told)
{
    told->direct = PyErr_GetRaisedException();
    told->captured = _PyXI_HasCapturedException(at);
    if (told->captured) {
        told->errcode = at->error->code;
        told->excinfo = _PyXI_ApplyCapturedException(at);
        told->raised = PyErr_GetRaisedException();
    }
}

void perform_session(const struct plan *plan, struct told *told)
{
    struct session at = {0};
    interpreter *target = _PyInterpreterState_LookUpID(plan->id);
    thread *before = PyThreadState_Get();
    told->returned = _PyXI_Enter(&at, target, plan->updates);
    if (told->returned == 0) {
        look_inside(told, before, target);
        use(&at, plan);
        if (plan->overrides) {
            at.override_storage = plan->code;
            at.override = &at.override_storage;
        }
        _PyXI_Exit(&at);
        told->left_running = _PyInterpreterState_IsRunningMain(target);
    }
    look_back(&at, before, told);
    apply(&at, told);
}

/* Turns a code, and an exception if there is one, into what a caller is shown. */
int apply_code(int code, object *exception, object **returned, object **raised)
{
    struct error error = {PyInterpreterState_Get(), code, {0}};
    if (exception != NULL && _PyXI_InitExcInfo(&error.uncaught, exception) < 0) {
        *raised = PyErr_GetRaisedException();
        return -1;
    }
    *returned = _PyXI_ApplyError(&error);
    *raised = PyErr_GetRaisedException();
    _PyXI_ClearExcInfo(&error.uncaught);
    return 0;
}
