// Everything of the runtime in one include.
#pragma once

#include "racecourse/condition_variable.h"
#include "racecourse/control.h"
#include "racecourse/event.h"
#include "racecourse/future.h"
#include "racecourse/mutex.h"
#include "racecourse/process_pool.h"
#include "racecourse/queue.h"
#include "racecourse/semaphore.h"
#include "racecourse/shared_mutex.h"
#include "racecourse/thread.h"
#include "racecourse/thread_pool.h"
