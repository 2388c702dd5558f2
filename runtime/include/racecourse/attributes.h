// Clang's thread-safety attributes under names of our own, empty for other compilers. Costs nothing at run time.
#pragma once

#if defined(__clang__)
#define RACECOURSE_ATTRIBUTE(x) __attribute__((x))
#else
#define RACECOURSE_ATTRIBUTE(x)
#endif

#define RACECOURSE_CAPABILITY(name) RACECOURSE_ATTRIBUTE(capability(name))
#define RACECOURSE_ACQUIRE(...) RACECOURSE_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RACECOURSE_ACQUIRE_SHARED(...) RACECOURSE_ATTRIBUTE(acquire_shared_capability(__VA_ARGS__))
#define RACECOURSE_TRY_ACQUIRE(...) RACECOURSE_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define RACECOURSE_TRY_ACQUIRE_SHARED(...) RACECOURSE_ATTRIBUTE(try_acquire_shared_capability(__VA_ARGS__))
#define RACECOURSE_RELEASE(...) RACECOURSE_ATTRIBUTE(release_capability(__VA_ARGS__))
#define RACECOURSE_RELEASE_SHARED(...) RACECOURSE_ATTRIBUTE(release_shared_capability(__VA_ARGS__))
#define RACECOURSE_GUARDED_BY(x) RACECOURSE_ATTRIBUTE(guarded_by(x))
#define RACECOURSE_REQUIRES(...) RACECOURSE_ATTRIBUTE(requires_capability(__VA_ARGS__))
