#include "checker/frontend/models.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace racecourse::frontend {
namespace {

constexpr unsigned kAny = 0xff;

/// A file of models that lives as long as the test.
class ModelsFile {
public:
  explicit ModelsFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("models_test_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".yaml")) {
    std::ofstream(path_) << text;
  }
  ~ModelsFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

std::shared_ptr<const Models> builtIn() {
  static const std::shared_ptr<const Models> models = [] {
    std::string error;
    auto loaded = Models::load({}, error);
    EXPECT_TRUE(loaded) << error;
    return loaded;
  }();
  return models;
}

std::shared_ptr<const Models> with(std::string_view text) {
  ModelsFile file(text);
  std::string error;
  auto loaded = Models::load({file.path()}, error);
  EXPECT_TRUE(loaded) << error;
  return loaded;
}

/// The sentence for a file that must be refused, without the folder.
std::string refusal(std::string_view text) {
  ModelsFile file(text);
  std::string error;
  EXPECT_FALSE(Models::load({file.path()}, error));
  EXPECT_TRUE(error.starts_with(file.path())) << error;
  return error.starts_with(file.path()) ? error.substr(file.path().size()) : error;
}

Role roleOf(std::string_view name, unsigned arguments = kAny) {
  const FunctionModel* model = builtIn()->function(name, arguments);
  return model ? model->role : Role::None;
}

TEST(ModelsTest, TryAndTimedAcquisitionsSayHowTheySucceed) {
  const FunctionModel* pthread = builtIn()->function("pthread_mutex_trylock", 1);
  ASSERT_TRUE(pthread);
  EXPECT_EQ(pthread->role, Role::Acquire);
  EXPECT_EQ(pthread->flavour, model::Flavour::Try);
  EXPECT_EQ(pthread->success, Success::Zero);
  EXPECT_EQ(pthread->subject, 0);

  const FunctionModel* member = builtIn()->function("std::timed_mutex::try_lock_for", 1);
  ASSERT_TRUE(member);
  EXPECT_EQ(member->flavour, model::Flavour::Timed);
  EXPECT_EQ(member->success, Success::NonZero);
  EXPECT_EQ(member->subject, -1);

  const FunctionModel* group = builtIn()->function("std::try_lock", 3);
  ASSERT_TRUE(group);
  EXPECT_TRUE(group->variadic);
  EXPECT_EQ(group->success, Success::MinusOne);
}

TEST(ModelsTest, SharedModeIsKeptOnBothSides) {
  for (const char* name :
       {"std::shared_mutex::lock_shared", "std::shared_mutex::unlock_shared", "pthread_rwlock_rdlock",
        "QReadWriteLock::lockForRead", "absl::Mutex::ReaderLock", "AcquireSRWLockShared"}) {
    const FunctionModel* model = builtIn()->function(name, kAny);
    ASSERT_TRUE(model) << name;
    EXPECT_EQ(model->mode, model::Mode::Shared) << name;
  }
  EXPECT_EQ(builtIn()->function("std::shared_mutex::lock", 0)->mode, model::Mode::Exclusive);
  EXPECT_EQ(builtIn()->type("std::shared_lock")->guard_mode, model::Mode::Shared);
}

TEST(ModelsTest, ArgumentCountPicksTheOverloadOfWait) {
  const auto predicate_of = [](std::string_view name, unsigned arguments) {
    const FunctionModel* model = builtIn()->function(name, arguments);
    return model && model->role == Role::Wait ? int{model->predicate_argument} : -99;
  };
  EXPECT_EQ(predicate_of("std::condition_variable::wait", 1), 1); // index 1 of one argument: no predicate
  EXPECT_EQ(predicate_of("std::condition_variable::wait", 2), 1);
  EXPECT_EQ(predicate_of("std::condition_variable_any::wait", 3), 2);
  EXPECT_EQ(predicate_of("std::condition_variable::wait_for", 3), 2);
  EXPECT_EQ(predicate_of("std::condition_variable_any::wait_until", 4), 3);
  EXPECT_EQ(predicate_of("std::condition_variable::wait", 7), -99) << "no such overload";

  const FunctionModel* c = builtIn()->function("pthread_cond_timedwait", 3);
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->timed);
  EXPECT_EQ(c->lock_argument, 1);
  EXPECT_EQ(builtIn()->function("absl::Mutex::Await", 1)->lock_argument, kReceiverArgument);
}

TEST(ModelsTest, StdMoveIsTwoFunctions) {
  EXPECT_EQ(roleOf("std::move", 1), Role::Forward);
  EXPECT_EQ(roleOf("std::move", 3), Role::None);
  EXPECT_TRUE(builtIn()->function("std::move", 3)) << "the algorithm is known";
}

TEST(ModelsTest, SpawnsSayWhatRunsWithWhatAndWhereTheHandleIs) {
  const FunctionModel* c = builtIn()->function("pthread_create", 4);
  ASSERT_TRUE(c && c->role == Role::Spawn);
  EXPECT_EQ(c->handle_argument, 0);
  EXPECT_EQ(c->entry_argument, 2);
  EXPECT_EQ(c->first_bound_argument, 3);

  const FunctionModel* thread = builtIn()->function("std::thread::thread", 4);
  ASSERT_TRUE(thread && thread->role == Role::Spawn);
  EXPECT_EQ(thread->entry_argument, 0);
  EXPECT_EQ(thread->first_bound_argument, 1);
  EXPECT_EQ(thread->spawn_flags, model::kSpawnMustJoin);
  EXPECT_EQ(builtIn()->function("std::async", 2)->spawn_flags,
            model::kSpawnJoinsAtEnd | model::kSpawnCarriesExceptions);
  EXPECT_TRUE(builtIn()->type("std::jthread")->joins_at_end);

  const FunctionModel* method = builtIn()->function("QThread::start", 0);
  ASSERT_TRUE(method && method->role == Role::Spawn);
  EXPECT_EQ(method->entry_method, "run");
  EXPECT_EQ(method->handle_argument, kReceiverArgument);
}

TEST(ModelsTest, ContainerMembersAreReadTestedOrWritten) {
  EXPECT_EQ(roleOf("std::map::find"), Role::ContainerTest);
  EXPECT_EQ(roleOf("std::map::operator[]"), Role::ContainerWrite);
  EXPECT_EQ(roleOf("std::vector::operator[]"), Role::ContainerRead);
  EXPECT_EQ(roleOf("std::vector::push_back"), Role::ContainerWrite);
  EXPECT_EQ(roleOf("std::basic_string::append"), Role::ContainerWrite);
  EXPECT_TRUE(builtIn()->function("std::vector::at", 1)->element);
  EXPECT_FALSE(builtIn()->function("std::vector::begin", 0)->element);
  EXPECT_TRUE(builtIn()->function("std::set::empty", 0)->flags & model::kCallContainerTest);
  EXPECT_TRUE(builtIn()->type("std::unordered_map")->container);
}

TEST(ModelsTest, AtomicsOfEveryDialect) {
  EXPECT_EQ(roleOf("std::__atomic_base::operator++"), Role::AtomicUpdate);
  EXPECT_EQ(roleOf("std::atomic::operator="), Role::AtomicStore);
  EXPECT_EQ(roleOf("__sync_val_compare_and_swap"), Role::AtomicCompareExchange);
  EXPECT_EQ(roleOf("__atomic_load_n"), Role::AtomicLoad);
  EXPECT_EQ(roleOf("atomic_fetch_add"), Role::AtomicUpdate);
  EXPECT_EQ(roleOf("InterlockedIncrement"), Role::AtomicUpdate);
}

TEST(ModelsTest, AnyConversionFunctionMatchesOperatorT) {
  EXPECT_EQ(roleOf("std::atomic::operator int", 0), Role::AtomicLoad);
  EXPECT_EQ(roleOf("std::__atomic_base::operator unsigned long", 0), Role::AtomicLoad);
  EXPECT_EQ(roleOf("std::unique_lock::operator bool", 0), Role::GuardOwns) << "the exact name comes first";
  EXPECT_EQ(builtIn()->function("std::atomic::operator new", 1), nullptr);
  EXPECT_EQ(builtIn()->function("std::atomic::operator==", 1), nullptr);
}

TEST(ModelsTest, TypesAreFoundWithAndWithoutTemplateArguments) {
  EXPECT_EQ(builtIn()->type("std::counting_semaphore<1>")->lock, model::LockKind::BinarySemaphore);
  EXPECT_EQ(builtIn()->type("std::counting_semaphore<7>")->lock, model::LockKind::Semaphore);
  EXPECT_EQ(builtIn()->type("std::lock_guard<std::mutex>")->type_class, model::TypeClass::Guard);
  EXPECT_EQ(builtIn()->type("std::defer_lock_t")->guard_tag, GuardTag::Defer);
  EXPECT_TRUE(builtIn()->type("boost::reverse_lock")->guard_unlocks);
  EXPECT_EQ(builtIn()->type("Counter"), nullptr);
}

TEST(ModelsTest, ModelledMeansKnownUnlessItCallsSomethingStored) {
  EXPECT_TRUE(builtIn()->function("memcpy", 3)->flags & model::kCallKnown);
  EXPECT_FALSE(builtIn()->function("std::function::operator()", 1)->flags & model::kCallKnown);
  EXPECT_TRUE(builtIn()->function("abort", 0)->flags & model::kCallNoReturn);
  EXPECT_TRUE(builtIn()->function("std::this_thread::sleep_for", 1)->flags & model::kCallBlocking);
  EXPECT_TRUE(builtIn()->function("std::for_each", 3)->flags & model::kCallInvokesArguments);
}

TEST(ModelsTest, LinkageIsOfAFileAndOfNamesWithoutScope) {
  EXPECT_TRUE(builtIn()->function("raise", 1)->c_linkage);
  EXPECT_FALSE(builtIn()->function("std::lock", 2)->c_linkage);
  EXPECT_FALSE(builtIn()->function("concurrency::critical_section::lock", 0)->c_linkage);
  const auto models = with("functions:\n  - {names: [raise], role: probe}\n");
  EXPECT_FALSE(models->function("raise", 1)->c_linkage) << "a user means the function of that name";
  EXPECT_EQ(refusal("linkage: d\n"), ":1: unknown enumerated scalar");
}

TEST(ModelsTest, HarmlessNamesArePrefixesOrWhole) {
  EXPECT_TRUE(builtIn()->harmless("std::some_function_nobody_listed"));
  EXPECT_TRUE(builtIn()->harmless("__builtin_clz"));
  EXPECT_TRUE(builtIn()->harmless("QString::number"));
  EXPECT_FALSE(builtIn()->harmless("Counter::add"));
  EXPECT_FALSE(builtIn()->harmless("stdx::f"));
  EXPECT_FALSE(builtIn()->harmless(""));
  const auto models = with("harmless: [\"app::log::\", exact_name, \"pre*\", \"app::\"]\n");
  EXPECT_TRUE(models->harmless("app::log::line"));
  EXPECT_TRUE(models->harmless("app::other"));
  EXPECT_TRUE(models->harmless("exact_name"));
  EXPECT_FALSE(models->harmless("exact_name_and_more"));
  EXPECT_TRUE(models->harmless("prefix"));
}

TEST(ModelsTest, UserFilesAddAndReplace) {
  const auto models = with("types:\n"
                           "  - {names: [MyMutex], class: lock, lock: recursive}\n"
                           "functions:\n"
                           "  - {of: [MyMutex], members: [enter], role: acquire}\n"
                           "  - {names: [\"MyQueue::*\"], flags: [ignores-shared]}\n"
                           "  - {names: [\"MyQueue::pop\"], flags: [blocking]}\n"
                           "  - {names: [std::move], role: none}\n"
                           "  - {names: [std::condition_variable_any::wait], arguments: [3], role: none}\n");
  ASSERT_TRUE(models);
  EXPECT_EQ(models->type("MyMutex")->lock, model::LockKind::Recursive);
  EXPECT_EQ(models->function("MyMutex::enter", 0)->role, Role::Acquire);
  EXPECT_EQ(models->function("MyQueue::push", 1)->flags, model::kCallIgnoresShared | model::kCallKnown);
  EXPECT_EQ(models->function("MyQueue::pop", 1)->flags, model::kCallBlocking | model::kCallKnown);
  EXPECT_EQ(models->function("move", 1), nullptr);
  EXPECT_EQ(models->function("std::move", 1)->role, Role::None)
      << "an entry for any count replaces all before";
  EXPECT_EQ(models->function("std::condition_variable_any::wait", 3)->role, Role::None);
  EXPECT_EQ(models->function("std::condition_variable_any::wait", 2)->role, Role::Wait)
      << "its neighbour stays";
}

TEST(ModelsTest, DigestFollowsTheContents) {
  std::string error;
  EXPECT_EQ(Models::load({}, error)->digest(), builtIn()->digest());
  const auto one = with("harmless: [a]\n");
  EXPECT_NE(one->digest(), builtIn()->digest());
  EXPECT_NE(one->digest(), with("harmless: [b]\n")->digest());
  EXPECT_EQ(one->digest(), with("harmless: [a]\n")->digest()) << "not of the file's name";
}

TEST(ModelsTest, BadFilesAreRefusedWithFileAndLine) {
  EXPECT_EQ(refusal("functions:\n  - names: [f]\n    rolle: acquire\n"), ":3: unknown key 'rolle'");
  EXPECT_EQ(refusal("functionz: []\n"), ":1: unknown key 'functionz'");
  EXPECT_EQ(refusal("functions:\n  - names: [f]\n    role: aquire\n"), ":3: unknown enumerated scalar");
  EXPECT_EQ(refusal("functions:\n  - names: [f]\n    subject: first\n"), ":3: invalid number");
  EXPECT_EQ(refusal("functions:\n  - names: [f\n").substr(0, 2), ":2");
  EXPECT_EQ(refusal("functions:\n  - {names: [f]}\n  - {names: [g, f]}\n"),
            ":3: 'f' already has an entry for this number of arguments");
  EXPECT_EQ(refusal("functions:\n  - {names: [f], arguments: [1, 2]}\n  - {names: [f], arguments: [2]}\n"),
            ":3: 'f' already has an entry for this number of arguments");
  EXPECT_EQ(refusal("types:\n  - {names: [T], class: guard}\n  - {names: [T], class: handle}\n"),
            ":3: 'T' already has an entry");
}

TEST(ModelsTest, EntriesThatContradictThemselvesAreRefused) {
  EXPECT_EQ(refusal("functions:\n  - {names: [f], role: spawn}\n"),
            ":2: a spawn needs an 'entry' argument or an 'entry-method'");
  EXPECT_EQ(refusal("functions:\n  - {names: [f], role: acquire, flavour: try}\n"),
            ":2: an acquisition that may fail needs 'success'");
  EXPECT_EQ(refusal("functions:\n  - {of: [C], role: acquire}\n"), ":2: 'of' and 'members' need each other");
  EXPECT_EQ(refusal("functions:\n  - {role: acquire}\n"),
            ":2: an entry needs 'names', or 'of' and 'members'");
  EXPECT_EQ(refusal("functions:\n  - {names: [f], lock: 1}\n"),
            ":2: 'lock', 'predicate' and 'timed' mean something only with role 'wait'");
  EXPECT_EQ(refusal("types:\n  - {names: [T], class: lock}\n"),
            ":2: class 'lock' and a 'lock' kind need each other");
  EXPECT_EQ(refusal("types:\n  - {names: [T], lock: mutex}\n"),
            ":2: class 'lock' and a 'lock' kind need each other");
}

TEST(ModelsTest, MissingFileIsNamed) {
  std::string error;
  EXPECT_FALSE(Models::load({"/nonexistent/locks.yaml"}, error));
  EXPECT_TRUE(error.starts_with("/nonexistent/locks.yaml: cannot be read: ")) << error;
}

TEST(ModelsTest, EmptyFileSaysNothing) {
  EXPECT_EQ(with("")->function("std::mutex::lock", 0)->role, Role::Acquire);
  EXPECT_EQ(with("# only a comment\n")->function("std::mutex::lock", 0)->role, Role::Acquire);
}

} // namespace
} // namespace racecourse::frontend
