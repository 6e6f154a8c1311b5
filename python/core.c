/* core.c -- libsoniq for Python: what soniq_dashboard/_app.py stands on. Nothing of it blocks but
 * Dashboard.close, which lets other threads run. Limited API, so that one build fits all versions.
 *
 * Threads of the dashboard come into Python in two places, for a log line and for a panel, and
 * take the interpreter's lock there. News of calls come by a descriptor, without it.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030a0000
#include <Python.h>
#include <soniq/dashboard.h>
#include <stdlib.h>
#include <string.h>

static PyObject *call_type;
static PyObject *soniq_error;

/* ---- one call ---- */

struct py_call {
	PyObject_HEAD
	struct soniq_call *call;        /* NULL: freed */
	PyObject *dashboard;            /* which it needs */
};

static PyObject *headers_of(const struct soniq_piece *piece)
{
	PyObject *list = PyList_New((Py_ssize_t)piece->n_headers);

	for (size_t i = 0; list && i < piece->n_headers; i++) {
		PyObject *pair = Py_BuildValue("(yy)", piece->headers[i].name,
					       piece->headers[i].value);
		if (!pair || PyList_SetItem(list, (Py_ssize_t)i, pair) != 0)
			Py_CLEAR(list);
	}
	return list;
}

static PyObject *head_of(const struct soniq_piece *piece)
{
	PyObject *headers = headers_of(piece);

	return headers ? Py_BuildValue("(iN)", piece->status, headers) : NULL;
}

static PyObject *call_take(PyObject *self, PyObject *ignored)
{
	struct py_call *call = (struct py_call *)self;
	struct soniq_piece piece;
	(void)ignored;

	switch (call->call ? soniq_call_take(call->call, &piece) : SONIQ_PART_BROKEN) {
	case SONIQ_PART_NOTHING:
		Py_RETURN_NONE;
	case SONIQ_PART_HEAD:
		return head_of(&piece);
	case SONIQ_PART_BODY:
		return PyBytes_FromStringAndSize(piece.body, (Py_ssize_t)piece.body_n);
	case SONIQ_PART_END:
		Py_RETURN_TRUE;
	case SONIQ_PART_BROKEN:
		Py_RETURN_FALSE;
	}
	Py_RETURN_FALSE;
}

static PyObject *call_free(PyObject *self, PyObject *ignored)
{
	struct py_call *call = (struct py_call *)self;
	(void)ignored;

	if (call->call)
		soniq_call_free(call->call);
	call->call = NULL;
	Py_CLEAR(call->dashboard);
	Py_RETURN_NONE;
}

static void call_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	Py_XDECREF(call_free(self, NULL));
	((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
	Py_DECREF(type);
}

static PyMethodDef call_methods[] = {
	{ "take", call_take, METH_NOARGS,
	  "The next part: (status, headers), bytes, True at the end, False if it broke off, or "
	  "None for not now." },
	{ "free", call_free, METH_NOARGS, "Done with it; before its end: what runs is cancelled." },
	{ 0 },
};

static PyType_Slot call_slots[] = {
	{ Py_tp_doc, "One request that was handed over." },
	{ Py_tp_dealloc, call_dealloc },
	{ Py_tp_methods, call_methods },
	{ 0 },
};

static PyType_Spec call_spec = {
	.name = "soniq_dashboard._core.Call",
	.basicsize = sizeof(struct py_call),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
	.slots = call_slots,
};

/* ---- the dashboard ---- */

struct py_dashboard {
	PyObject_HEAD
	struct soniq_dashboard *dashboard;      /* NULL: closed */
	PyObject *log;                          /* called with (level, part, line), or NULL */
	PyObject *panels;                       /* what renders them, kept alive */
};

static void put_line(void *arg, enum soniq_level level, const char *part, const char *line)
{
	const struct py_dashboard *self = arg;
	const PyGILState_STATE state = PyGILState_Ensure();
	PyObject *done = PyObject_CallFunction(self->log, "iss", (int)level, part, line);

	/* Whoever logs must not fail for it. */
	if (!done)
		PyErr_Clear();
	Py_XDECREF(done);
	PyGILState_Release(state);
}

/* The names and values of a dict of str; what it gives is the caller's to free, the texts are the
 * dict's. */
static struct soniq_option *options_of(PyObject *dict)
{
	struct soniq_option *options = calloc((size_t)PyDict_Size(dict) + 1, sizeof(*options));
	PyObject *name, *value;
	Py_ssize_t at = 0;
	size_t n = 0;

	if (!options)
		PyErr_NoMemory();
	while (options && PyDict_Next(dict, &at, &name, &value)) {
		options[n].name = PyUnicode_AsUTF8AndSize(name, NULL);
		options[n].value = PyUnicode_AsUTF8AndSize(value, NULL);
		if (options[n].name && options[n++].value)
			continue;
		free(options);
		return NULL;
	}
	return options;
}

static void raise(const struct soniq_error *error)
{
	PyErr_SetString(soniq_error, error->message);
}

static int open_dashboard(struct py_dashboard *self, const struct soniq_option *options)
{
	const struct soniq_log log = { put_line, self };
	struct soniq_error error = { 0 };

	Py_BEGIN_ALLOW_THREADS
	self->dashboard = soniq_dashboard_open(options, self->log ? &log : NULL, &error);
	Py_END_ALLOW_THREADS
	if (!self->dashboard)
		raise(&error);
	return self->dashboard ? 0 : -1;
}

static int dashboard_init(PyObject *obj, PyObject *args, PyObject *keywords)
{
	static char *names[] = { "options", "log", NULL };
	struct py_dashboard *self = (struct py_dashboard *)obj;
	PyObject *dict, *log = Py_None;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!|O:Dashboard", names, &PyDict_Type,
					 &dict, &log))
		return -1;
	if (self->panels) {
		PyErr_SetString(PyExc_RuntimeError, "it is open already");
		return -1;
	}
	struct soniq_option *options = options_of(dict);
	if (!options)
		return -1;
	self->log = log == Py_None ? NULL : Py_NewRef(log);
	self->panels = PyList_New(0);
	const int failed = self->panels ? open_dashboard(self, options) : -1;
	free(options);
	return failed;
}

/* A panel's own thread of the dashboard is inside Python here. */
static bool render_panel(void *arg, struct soniq_panel_out *out)
{
	const PyGILState_STATE state = PyGILState_Ensure();
	PyObject *text = PyObject_CallFunction(arg, NULL);
	PyObject *bytes = NULL;
	char *p = NULL;
	Py_ssize_t n = 0;
	int is_good = 0;

	if (text && PyArg_ParseTuple(text, "pS", &is_good, &bytes) &&
	    PyBytes_AsStringAndSize(bytes, &p, &n) == 0)
		soniq_panel_write(out, p, (size_t)n);
	if (PyErr_Occurred()) {
		PyErr_Clear();
		is_good = 0;
	}
	Py_XDECREF(text);
	PyGILState_Release(state);
	return is_good;
}

static struct soniq_dashboard *opened(PyObject *obj)
{
	struct py_dashboard *self = (struct py_dashboard *)obj;

	if (!self->dashboard)
		PyErr_SetString(PyExc_RuntimeError, "the dashboard is closed");
	return self->dashboard;
}

static PyObject *dashboard_add_panel(PyObject *obj, PyObject *args)
{
	struct py_dashboard *self = (struct py_dashboard *)obj;
	struct soniq_dashboard *dashboard = opened(obj);
	struct soniq_error error = { 0 };
	const char *id, *title;
	PyObject *render;

	if (!dashboard || !PyArg_ParseTuple(args, "ssO:add_panel", &id, &title, &render) ||
	    PyList_Append(self->panels, render) != 0)
		return NULL;
	if (!soniq_dashboard_add_panel(dashboard, id, title, render_panel, render, &error)) {
		raise(&error);
		return NULL;
	}
	Py_RETURN_NONE;
}

/* Pairs of bytes; what it gives is the caller's to free, the texts are the pairs'. */
static struct soniq_header *headers_from(PyObject *list, size_t *ret_n)
{
	const Py_ssize_t n = PyList_Size(list);
	struct soniq_header *headers = calloc((size_t)n + 1, sizeof(*headers));

	if (!headers)
		PyErr_NoMemory();
	for (Py_ssize_t i = 0; headers && i < n; i++) {
		PyObject *pair = PyList_GetItem(list, i);
		if (!PyTuple_Check(pair) ||
		    !PyArg_ParseTuple(pair, "yy", &headers[i].name, &headers[i].value)) {
			if (!PyErr_Occurred())
				PyErr_SetString(PyExc_TypeError, "headers: pairs of bytes");
			free(headers);
			return NULL;
		}
	}
	*ret_n = (size_t)n;
	return headers;
}

static PyObject *begin(PyObject *self, struct soniq_dashboard *dashboard,
		       const struct soniq_request *request)
{
	PyTypeObject *type = (PyTypeObject *)call_type;
	struct py_call *call = (void *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
	struct soniq_request own = *request;

	if (!call)
		return NULL;
	own.arg = call;
	call->dashboard = Py_NewRef(self);
	call->call = soniq_call_begin(dashboard, &own);
	return (PyObject *)call;
}

static PyObject *dashboard_begin(PyObject *obj, PyObject *args)
{
	struct soniq_dashboard *dashboard = opened(obj);
	struct soniq_request request = { 0 };
	Py_ssize_t body_n;
	PyObject *list;
	int role;

	if (!dashboard ||
	    !PyArg_ParseTuple(args, "ssO!y#zzi:begin", &request.method, &request.target,
			      &PyList_Type, &list, &request.body, &body_n, &request.address,
			      &request.user, &role))
		return NULL;
	struct soniq_header *headers = headers_from(list, &request.n_headers);
	if (!headers)
		return NULL;
	request.headers = headers;
	request.body_n = (size_t)body_n;
	request.role = (enum soniq_role)role;
	PyObject *call = begin(obj, dashboard, &request);
	free(headers);
	return call;
}

/* The object is alive: what is freed is not given any more, and both happen under the lock of the
 * interpreter. */
static PyObject *dashboard_next(PyObject *obj, PyObject *ignored)
{
	struct soniq_dashboard *dashboard = opened(obj);
	void *call = NULL;
	(void)ignored;

	if (!dashboard)
		return NULL;
	if (!soniq_dashboard_next(dashboard, &call))
		Py_RETURN_NONE;
	return Py_NewRef((PyObject *)call);
}

static PyObject *dashboard_fileno(PyObject *obj, PyObject *ignored)
{
	struct soniq_dashboard *dashboard = opened(obj);
	(void)ignored;

	return dashboard ? PyLong_FromLong(soniq_dashboard_fd(dashboard)) : NULL;
}

static PyObject *dashboard_drain(PyObject *obj, PyObject *ignored)
{
	struct soniq_dashboard *dashboard = opened(obj);
	(void)ignored;

	if (!dashboard)
		return NULL;
	soniq_dashboard_drain(dashboard);
	Py_RETURN_NONE;
}

static PyObject *dashboard_close(PyObject *obj, PyObject *ignored)
{
	struct py_dashboard *self = (struct py_dashboard *)obj;
	struct soniq_dashboard *dashboard = self->dashboard;
	(void)ignored;

	self->dashboard = NULL;
	if (dashboard) {
		/* A panel or a log line may need the lock to come to its end. */
		Py_BEGIN_ALLOW_THREADS
		soniq_dashboard_close(dashboard);
		Py_END_ALLOW_THREADS
	}
	Py_RETURN_NONE;
}

static void dashboard_dealloc(PyObject *obj)
{
	struct py_dashboard *self = (struct py_dashboard *)obj;
	PyTypeObject *type = Py_TYPE(obj);

	Py_XDECREF(dashboard_close(obj, NULL));
	Py_XDECREF(self->log);
	Py_XDECREF(self->panels);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(obj);
	Py_DECREF(type);
}

static PyMethodDef dashboard_methods[] = {
	{ "add_panel", dashboard_add_panel, METH_VARARGS,
	  "add_panel(id, title, render): render() -> (True, content as JSON) or (False, why not), "
	  "both bytes; from a thread of the dashboard. Before the first call." },
	{ "begin", dashboard_begin, METH_VARARGS,
	  "begin(method, target, headers, body, address, user, role) -> Call" },
	{ "next", dashboard_next, METH_NOARGS, "The next call with something to take, or None." },
	{ "fileno", dashboard_fileno, METH_NOARGS, "Readable when next() has a call." },
	{ "drain", dashboard_drain, METH_NOARGS, "End streams and begin no more; does not wait." },
	{ "close", dashboard_close, METH_NOARGS, "Drain, and wait for it." },
	{ 0 },
};

static PyType_Slot dashboard_slots[] = {
	{ Py_tp_doc, "Dashboard(options, log=None): names of settings to their texts." },
	{ Py_tp_init, dashboard_init },
	{ Py_tp_dealloc, dashboard_dealloc },
	{ Py_tp_methods, dashboard_methods },
	{ 0 },
};

static PyType_Spec dashboard_spec = {
	.name = "soniq_dashboard._core.Dashboard",
	.basicsize = sizeof(struct py_dashboard),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = dashboard_slots,
};

/* ---- the module ---- */

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "soniq_dashboard._core",
	.m_doc = "libsoniq, for soniq_dashboard.",
	.m_size = -1,
};

PyMODINIT_FUNC PyInit__core(void)
{
	PyObject *module = PyModule_Create(&definition);
	PyObject *dashboard_type = PyType_FromSpec(&dashboard_spec);

	call_type = PyType_FromSpec(&call_spec);
	soniq_error = PyErr_NewExceptionWithDoc("soniq_dashboard.SoniqDashboardError",
						"An option that makes no sense.",
						PyExc_ValueError, NULL);
	if (!module || PyModule_AddObjectRef(module, "Dashboard", dashboard_type) != 0 ||
	    PyModule_AddObjectRef(module, "Call", call_type) != 0 ||
	    PyModule_AddObjectRef(module, "SoniqDashboardError", soniq_error) != 0 ||
	    PyModule_AddStringConstant(module, "version", soniq_version()) != 0)
		return NULL;
	Py_XDECREF(dashboard_type);
	return module;
}
