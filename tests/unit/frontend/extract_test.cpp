// Small programs in, events out: one construct each. The expected lines are the model's text form without places.
#include "checker/frontend/extract.h"
#include "checker/frontend/models.h"
#include "checker/model/text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace racecourse::frontend {
namespace {

std::shared_ptr<const Models> builtIn() {
  static std::string error;
  static std::shared_ptr<const Models> models = Models::load({}, error);
  EXPECT_TRUE(models) << error;
  return models;
}

Extraction extracted(const std::string& text, const std::string& name, std::vector<std::string> flags = {}) {
  if (flags.empty() && name.ends_with(".cpp")) flags = {"-std=c++20"};
  flags.push_back("-resource-dir=" RACECOURSE_TEST_RESOURCE_DIR);
  return extractText(text, name, *builtIn(), flags);
}

/// The body of `function` (its name in the text form): events and edges, places and labels for people left out.
std::vector<std::string> body(const std::string& text, const std::string& function,
                              const std::string& name = "a.cpp") {
  Extraction e = extracted(text, name);
  EXPECT_TRUE(e.ok) << e.failure;
  std::istringstream in(model::write(e.unit));
  std::vector<std::string> lines;
  bool inside = false, in_block = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(" ")) {
      inside = line.starts_with("function " + function + " ") ||
               line.starts_with("function \"" + function + "\" ");
      in_block = false;
      continue;
    }
    if (!inside) continue;
    if (line.starts_with("  b")) in_block = true;
    if (!in_block) continue;
    if (std::size_t at = line.rfind(" @"); at != std::string::npos) line.resize(at);
    if (std::size_t label = line.find(" label=\""); label != std::string::npos) {
      std::size_t end = line.find('"', label + 8);
      line.erase(label, end + 1 - label);
    }
    line.erase(0, line.find_first_not_of(' '));
    lines.push_back(line);
  }
  return lines;
}

/// As body, events only: no block names and edges.
std::vector<std::string> events(const std::string& text, const std::string& function,
                                const std::string& name = "a.cpp") {
  std::vector<std::string> result;
  for (std::string& line : body(text, function, name)) {
    if (line.starts_with("->") || (line.starts_with("b") && line.ends_with(":"))) continue;
    if (line.starts_with("branch")) continue;
    if (line.starts_with("%")) line.erase(0, line.find("= ") + 2);
    result.push_back(line);
  }
  return result;
}

using Lines = std::vector<std::string>;

TEST(Extract, GuardReleasesThroughItsImplicitDestructor) {
  EXPECT_EQ(events("#include <mutex>\nstd::mutex m; int x;\n"
                   "void f() { std::lock_guard<std::mutex> g(m); x = 1; }",
                   "f"),
            (Lines{"guard g = acquire m", "write x", "guard_destroy g"}));
}

TEST(Extract, TemporaryGuardEndsWithItsExpression) {
  EXPECT_EQ(events("#include <mutex>\nstd::mutex m; int x;\n"
                   "void f() { std::lock_guard<std::mutex>{m}; x = 1; }",
                   "f"),
            (Lines{"guard temporary = acquire m", "guard_destroy temporary", "write x"}));
}

TEST(Extract, EarlyReturnDestroysTheGuardOnBothPaths) {
  Lines all = events("#include <mutex>\nstd::mutex m; int x;\n"
                     "int f(bool b) { std::lock_guard<std::mutex> g(m); if (b) return 1; x = 2; return 0; }",
                     "f");
  EXPECT_EQ(std::count(all.begin(), all.end(), "guard_destroy g"), 2);
}

TEST(Extract, UniqueLockTagsSayHowItBegins) {
  EXPECT_EQ(events("#include <mutex>\nstd::mutex m;\n"
                   "void f() { std::unique_lock a(m, std::defer_lock); a.lock(); a.unlock(); a.release(); }",
                   "f"),
            (Lines{"guard a = defer m", "guard_acquire a", "guard_release a", "guard_disown a",
                   "guard_destroy a"}));
  EXPECT_EQ(
      events("#include <mutex>\nstd::mutex m;\n"
             "void f() { m.lock(); std::unique_lock a(m, std::adopt_lock); auto b = std::move(a); }",
             "f"),
      (Lines{"acquire m by_member", "guard a = adopt m", "guard_move b = a", "guard_destroy b", "guard_destroy a"}));
}

TEST(Extract, SharedGuardIsShared) {
  EXPECT_EQ(
      events(
          "#include <shared_mutex>\nstd::shared_mutex m; int x; int f() { std::shared_lock l(m); return x; }",
          "f")
          .front(),
      "guard l = acquire m shared");
}

TEST(Extract, ScopedLockTakesItsLocksTogether) {
  EXPECT_EQ(events("#include <mutex>\nstd::mutex a, b; void f() { std::scoped_lock l(a, b); }", "f").front(),
            "guard l = acquire (a, b)");
}

TEST(Extract, StdLockThenAdopt) {
  EXPECT_EQ(events("#include <mutex>\nstd::mutex a, b;\n"
                   "void f() { std::lock(a, b); std::lock_guard g(a, std::adopt_lock); std::lock_guard h(b, "
                   "std::adopt_lock); }",
                   "f"),
            (Lines{"acquire (a, b)", "guard g = adopt a", "guard h = adopt b", "guard_destroy h",
                   "guard_destroy g"}));
}

TEST(Extract, TryLockDecidesItsBranch) {
  Lines all = body(
      "#include <mutex>\nstd::mutex m; int x; void f() { if (m.try_lock()) { x = 1; m.unlock(); } }", "f");
  EXPECT_NE(std::find_if(all.begin(), all.end(),
                         [](const std::string& l) { return l.starts_with("branch locked %0 ?"); }),
            all.end());
}

TEST(Extract, PthreadTryLockSucceedsWithZero) {
  Lines all =
      body("#include <pthread.h>\nstatic pthread_mutex_t m; int x;\n"
           "void f(void) { if (pthread_mutex_trylock(&m) == 0) { x = 1; pthread_mutex_unlock(&m); } }",
           "f", "a.c");
  EXPECT_NE(std::find_if(all.begin(), all.end(),
                         [](const std::string& l) { return l.starts_with("branch locked %0 ?"); }),
            all.end());
  Lines negated = body(
      "#include <pthread.h>\nstatic pthread_mutex_t m; int x;\n"
      "void f(void) { int rc = pthread_mutex_trylock(&m); if (rc) return; x = 1; pthread_mutex_unlock(&m); }",
      "f", "a.c");
  EXPECT_NE(std::find_if(negated.begin(), negated.end(),
                         [](const std::string& l) { return l.starts_with("branch not locked %0 ?"); }),
            negated.end());
}

TEST(Extract, FieldsAreNamedThroughTheirOwner) {
  EXPECT_EQ(
      events(
          "#include <pthread.h>\nstruct s { pthread_mutex_t mu; int n; struct s *next; };\n"
          "void f(struct s *p) { pthread_mutex_lock(&p->mu); p->next->n++; pthread_mutex_unlock(&p->mu); }",
          "f", "a.c"),
      (Lines{"acquire p->mu", "read p->next", "update p->next->n", "release p->mu"}));
}

TEST(Extract, LocalsThatAreSetOnceStandForTheirValue) {
  EXPECT_EQ(events("struct N { int v; N* next; }; struct L { N* head; void f(); };\n"
                   "void L::f() { N* n = head; N& r = *n->next; r.v = 1; }",
                   "L::f"),
            (Lines{"read this.head", "read this.head->next", "write this.head->next->v"}));
}

TEST(Extract, AMovingPointerStaysALocal) {
  Lines all = events(
      "struct N { int v; N* next; }; void f(N* head) { for (N* n = head; n; n = n->next) n->v++; }", "f");
  EXPECT_NE(std::find(all.begin(), all.end(), "update n->v in_loop"), all.end());
}

TEST(Extract, SmartPointersAreLookedThrough) {
  EXPECT_EQ(events("#include <memory>\nstruct A { int v; }; struct B { std::shared_ptr<A> a; void f() { a->v "
                   "= 1; } };",
                   "B::f"),
            (Lines{"read this.a by_library", "write this.a->v"}));
}

TEST(Extract, ContainersTestReadAndWrite) {
  Lines all = events("#include <map>\nstd::map<int, int> m; int f(int k) { if (m.count(k)) return m[k]; "
                     "m.erase(k); return 0; }",
                     "f");
  EXPECT_NE(std::find(all.begin(), all.end(), "read m by_library"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "call ? receiver=m known container_test"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "update m by_library"), all.end());
}

TEST(Extract, AtomicsAreAtomic) {
  EXPECT_EQ(
      events("#include <atomic>\nstd::atomic<int> a; void f() { a = 1; a++; a.load(); int e = 0; "
             "a.compare_exchange_strong(e, 1); }",
             "f"),
      (Lines{"write a", "update a", "read a", "update a op=compare_exchange"}));
}

TEST(Extract, ConstAndThreadLocalObjectsAreNobodysRace) {
  EXPECT_EQ(events("const int c = 1; thread_local int t; int x; void f() { t = c; x = t; }", "f"),
            (Lines{"write x"}));
}

TEST(Extract, LambdaNamesWhatItCapturedByReference) {
  const char* text = "#include <thread>\nvoid f() { int n = 0; std::thread t([&n] { n++; }); t.join(); }";
  EXPECT_EQ(events(text, "f"),
            (Lines{"write n initialises", "escape n captured", "spawn \"lambda in f\" handle=t must_join", "join t", "end t", "end n"}));
  EXPECT_EQ(events(text, "lambda in f"), (Lines{"update n"}));
}

TEST(Extract, LambdaOwnsWhatItCopied) {
  EXPECT_EQ(
      events("#include <thread>\nvoid f() { int n = 0; std::thread t([n]() mutable { n++; }); t.join(); }",
             "lambda in f"),
      Lines{});
}

TEST(Extract, ThisInALambdaIsTheMethods) {
  EXPECT_EQ(events("#include <thread>\nstruct A { int n; std::thread t; void go() { t = std::thread([this] { "
                   "n++; }); } };",
                   "lambda in A::go"),
            (Lines{"update this.n"}));
}

TEST(Extract, ThreadsInContainersAreJoinedAllAtOnce) {
  Lines all =
      events("#include <thread>\n#include <vector>\nvoid w(); void f() { std::vector<std::thread> v;\n"
             "for (int i = 0; i < 3; ++i) v.emplace_back(w); for (auto& t : v) t.join(); }",
             "f");
  EXPECT_NE(std::find(all.begin(), all.end(), "spawn w handle=v[*] in_loop must_join rounds=3"), all.end());
  EXPECT_GE(std::count(all.begin(), all.end(), "join v[*] in_loop all_elements"), 2)
      << "in the loop and on the way around it";
}

TEST(Extract, MemberFunctionThreadRunsOnItsObject) {
  Lines all = events("#include <thread>\nstruct A { void run(int); std::thread t; A() : t(&A::run, this, 1) "
                     "{} ~A() { t.join(); } };",
                     "A::A");
  EXPECT_EQ(all.back(), "spawn A::run handle=this.t receiver=this args=(copy) must_join");
}

TEST(Extract, JthreadAndFutureWaitAtTheirEnd) {
  EXPECT_EQ(events("#include <thread>\nvoid w(); void f() { std::jthread t(w); }", "f"),
            (Lines{"spawn w handle=t joins_at_end", "join t", "end t"}));
}

TEST(Extract, PthreadCreateBindsItsArgument) {
  EXPECT_EQ(events("#include <pthread.h>\nstruct c { pthread_t t; int n; }; void* run(void* p) { ((struct "
                   "c*)p)->n++; return 0; }\n"
                   "void f(struct c* c) { pthread_create(&c->t, 0, run, c); pthread_join(c->t, 0); }",
                   "f", "a.c"),
            (Lines{"spawn run handle=c->t args=(value c) keeps_resources", "join c->t"}));
}

TEST(Extract, ConditionWaitNamesItsGuard) {
  Lines all = events("#include <condition_variable>\nstd::mutex m; std::condition_variable c; bool r;\n"
                     "void f() { std::unique_lock l(m); while (!r) c.wait(l); }",
                     "f");
  EXPECT_NE(std::find(all.begin(), all.end(), "wait c value=l in_loop"), all.end());
}

TEST(Extract, TemplatesAreSeenAsInstantiated) {
  EXPECT_EQ(events("#include <mutex>\ntemplate <class T> struct Box { std::mutex m; T v; void set(T x) { "
                   "std::lock_guard g(m); v = x; } };\n"
                   "void f(Box<int>& b) { b.set(1); }",
                   "Box::set"),
            (Lines{"guard g = acquire this.m", "write this.v", "guard_destroy g"}));
}

TEST(Extract, OwnLockAndGuardClassesPlayTheirRoles) {
  const char* text =
      "#include <mutex>\nclass Mu { std::mutex inner; public: void Lock() { inner.lock(); }\n"
      "void Unlock() { inner.unlock(); } };\n"
      "class Hold { Mu* held; public: explicit Hold(Mu* p) : held(p) { held->Lock(); } ~Hold() { held->Unlock(); } };\n"
      "struct A { Mu mu; int n; void f() { Hold h(&mu); n++; } void g() { mu.Lock(); n--; mu.Unlock(); } };\n"
      "void use(A& a) { a.f(); a.g(); }";
  EXPECT_EQ(events(text, "A::f"), (Lines{"guard h = acquire this.mu", "update this.n", "guard_destroy h"}));
  EXPECT_EQ(events(text, "A::g"), (Lines{"acquire this.mu by_member", "update this.n", "release this.mu by_member"}));
}

TEST(Extract, ReturnedGuardIsMovedToItsCaller) {
  const char* text =
      "#include <mutex>\nstd::mutex m; std::unique_lock<std::mutex> take() { return std::unique_lock(m); }\n"
      "int x; void f() { auto l = take(); x = 1; }";
  EXPECT_EQ(events(text, "take"), (Lines{"guard temporary = acquire m", "return object temporary"}));
  EXPECT_EQ(events(text, "f"),
            (Lines{"call take may_throw", "guard_move l = result(%0)", "write x", "guard_destroy l"}));
}

TEST(Extract, ThreadSafetyAttributesAreContracts) {
  Extraction e = extracted("struct __attribute__((capability(\"mutex\"))) Mu { void Lock() "
                           "__attribute__((acquire_capability())); };\n"
                           "struct A { Mu mu; int n __attribute__((guarded_by(mu))); void f() "
                           "__attribute__((requires_capability(mu))); };\n"
                           "void A::f() { n++; }",
                           "a.cpp");
  ASSERT_TRUE(e.ok) << e.failure;
  auto f = std::find_if(e.unit.functions.begin(), e.unit.functions.end(), [&](const model::Function& fn) {
    return e.unit.text(e.unit[fn.entity].name) == "A::f";
  });
  ASSERT_NE(f, e.unit.functions.end());
  ASSERT_EQ(f->contracts.size(), 1u);
  EXPECT_EQ(f->contracts[0].kind, model::Contract::Kind::Requires);
  EXPECT_EQ(e.unit.describe(f->contracts[0].lock), "this->mu");
  auto n = std::find_if(e.unit.entities.begin(), e.unit.entities.end(),
                        [&](const model::Entity& x) { return e.unit.text(x.name) == "A::n"; });
  ASSERT_NE(n, e.unit.entities.end());
  ASSERT_TRUE(n->guarded_by.valid());
  EXPECT_EQ(e.unit.describe(n->guarded_by), "this->mu");
}

TEST(Extract, ValuesFlowThroughLocalsIntoConditions) {
  Lines all = body("int x; void g(); void f() { int v = x; if (v > 3) g(); }", "f");
  EXPECT_NE(std::find_if(all.begin(), all.end(),
                         [](const std::string& l) {
                           return l.starts_with("branch") && l.find("reads=(%0)") != std::string::npos;
                         }),
            all.end());
}

TEST(Extract, GotoAndSwitchKeepTheirEdges) {
  Lines all = body("#include <pthread.h>\npthread_mutex_t m; int x;\n"
                   "int f(int a) { pthread_mutex_lock(&m); switch (a) { case 1: goto out; case 2: x = 1; "
                   "break; default: x = 2; }\n"
                   "out: pthread_mutex_unlock(&m); return x; }",
                   "f", "a.c");
  EXPECT_EQ(std::count(all.begin(), all.end(), "release m"), 1)
      << "one exit, reached by goto, break and fall-through";
  EXPECT_GE(std::count_if(all.begin(), all.end(), [](const std::string& l) { return l.starts_with("-> b"); }),
            4);
}

TEST(Extract, HandlersAreReachable) {
  EXPECT_EQ(events("int x; void g(); void f() { try { g(); } catch (int) { x = 1; } }", "f"),
            (Lines{"call g", "write x"}));
}

TEST(Extract, CodeThatDoesNotCompileSaysSo) {
  Extraction e = extracted("int f( { }", "a.cpp");
  EXPECT_FALSE(e.ok);
  EXPECT_NE(e.failure.find("does not compile"), std::string::npos);
  ASSERT_FALSE(e.errors.empty());
  EXPECT_NE(e.errors[0].find("a.cpp:1:"), std::string::npos);
}

TEST(Extract, SameInputSameUnit) {
  const char* text = "#include <mutex>\n#include <vector>\nstruct A { std::mutex m; std::vector<int> v; void "
                     "f() { std::lock_guard g(m); v.push_back(1); } };\n"
                     "void use(A& a) { a.f(); }";
  EXPECT_EQ(model::write(extracted(text, "a.cpp").unit), model::write(extracted(text, "a.cpp").unit));
}

} // namespace
} // namespace racecourse::frontend
