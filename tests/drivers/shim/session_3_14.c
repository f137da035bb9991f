/* A whole session of CPython 3.14 in one call: entered, used, left, and what there is to see of it afterwards.

   Opaque prototypes only. It performs and observes; what should come of it, it does not know. */

#include "session.h"

typedef struct session session;
typedef struct failure failure;

struct result {
    object *preserved;
    object *excinfo;
    int errcode;
};

extern session *_PyXI_NewSession(void);
extern void _PyXI_FreeSession(session *);
extern int _PyXI_Enter(session *, interpreter *, object *updates, struct result *);
extern int _PyXI_Exit(session *, failure *, struct result *);
extern object *_PyXI_GetMainNamespace(session *, failure *);
extern int _PyXI_Preserve(session *, const char *name, object *value, failure *);
extern object *_PyXI_GetPreserved(struct result *, const char *name);
extern void _PyXI_ClearResult(struct result *);
extern failure *_PyXI_NewFailure(void);
extern void _PyXI_FreeFailure(failure *);
extern int _PyXI_InitFailure(failure *, int code, object *text);
extern void _PyXI_InitFailureUTF8(failure *, int code, const char *text);
extern int _PyXI_GetFailureCode(failure *);

static int preserve(session *at, const char *name, const char *expression, object *names, failure *why)
{
    object *value = PyRun_String(expression, EVAL_INPUT, names, names);
    if (value == NULL) {
        return -1;
    }
    int returned = _PyXI_Preserve(at, name, value, why);
    Py_DecRef(value);
    return returned;
}

static int preserve_all(session *at, const struct plan *plan, object *names, failure *why)
{
    for (int i = 0; i < plan->count; i++) {
        if (preserve(at, plan->names[i], plan->values[i], names, why) < 0) {
            return -1;
        }
    }
    return 0;
}

static void use(session *at, const struct plan *plan, struct told *told, failure *why)
{
    if (plan->body == NULL && plan->count == 0 && plan->late == NULL) {
        return;
    }
    object *names = _PyXI_GetMainNamespace(at, why);
    if (names == NULL) {
        told->main_code = _PyXI_GetFailureCode(why);
        return;
    }
    if (plan->body != NULL && run(plan->body, names) < 0) {
        return;
    }
    if (preserve_all(at, plan, names, why) < 0) {
        told->preserve_code = _PyXI_GetFailureCode(why);
        return;
    }
    if (plan->late != NULL) {
        (void)run(plan->late, names);
    }
}

static void keep_result(const struct plan *plan, struct result *result, struct told *told)
{
    told->errcode = result->errcode;
    told->excinfo = result->excinfo;
    told->preserved = result->preserved;
    if (plan->ask != NULL) {
        told->asked = _PyXI_GetPreserved(result, plan->ask);
    }
    if (plan->clears) {
        /* What was shown is still shown. */
        Py_IncRef(told->excinfo);
        Py_IncRef(told->preserved);
        _PyXI_ClearResult(result);
        told->cleared_objects = result->excinfo != NULL || result->preserved != NULL;
        told->cleared_code = result->errcode;
    }
}

/* A session that is over refuses to give a namespace. */
static int says_active(session *at)
{
    object *names = _PyXI_GetMainNamespace(at, NULL);
    PyErr_Clear();
    return names != NULL;
}

static void conduct(session *at, failure *why, const struct plan *plan, struct told *told)
{
    struct result result = {0};
    struct result *place = plan->wants_result ? &result : NULL;
    interpreter *target = _PyInterpreterState_LookUpID(plan->id);
    thread *before = PyThreadState_Get();
    told->returned = _PyXI_Enter(at, target, plan->updates, place);
    if (told->returned == 0) {
        look_inside(told, before, target);
        use(at, plan, told, why);
        if (plan->overrides) {
            _PyXI_InitFailureUTF8(why, plan->code, plan->message);
        }
        told->returned = _PyXI_Exit(at, why, place);
        told->left_running = _PyInterpreterState_IsRunningMain(target);
    }
    told->raised = PyErr_GetRaisedException();
    told->left_thread = PyThreadState_Get() != before;
    told->left_fields = says_active(at);
    keep_result(plan, &result, told);
}

void perform_session(const struct plan *plan, struct told *told)
{
    session *at = _PyXI_NewSession();
    failure *why = _PyXI_NewFailure();
    conduct(at, why, plan, told);
    _PyXI_FreeFailure(why);
    _PyXI_FreeSession(at);
}

/* What a session that was never entered says. */
int use_unentered(int preserves, object *value, object **raised, int *code)
{
    session *at = _PyXI_NewSession();
    failure *why = _PyXI_NewFailure();
    int returned = preserves ? _PyXI_Preserve(at, "name", value, why)
                             : (_PyXI_GetMainNamespace(at, why) == NULL ? -1 : 0);
    *raised = PyErr_GetRaisedException();
    *code = _PyXI_GetFailureCode(why);
    _PyXI_FreeFailure(why);
    _PyXI_FreeSession(at);
    return returned;
}

/* The codes of no failure at all, of a new one, and of one that was given a code and a text. */
void try_failure(int code, object *text, int codes[3], int *returned, object **raised)
{
    failure *why = _PyXI_NewFailure();
    codes[0] = _PyXI_GetFailureCode(NULL);
    codes[1] = _PyXI_GetFailureCode(why);
    *returned = _PyXI_InitFailure(why, code, text);
    *raised = PyErr_GetRaisedException();
    codes[2] = _PyXI_GetFailureCode(why);
    _PyXI_FreeFailure(why);
}
