// The rules: facts in, findings out. Each appends what it found, in any order; solve() sorts and removes
// equal ones. Pure functions of the facts; they never print. Each lives in the source file of its name's
// topic.
#pragma once

#include "checker/analysis/facts.h"
#include "checker/analysis/finding.h"

#include <vector>

namespace racecourse::analysis {

void findRaces(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-unguarded-shared-data
void findLockOrderInversions(const Facts& facts,
                             std::vector<Finding>& findings); ///< racecourse-lock-order-inversion
void findJoinDeadlocks(const Facts& facts,
                       std::vector<Finding>& findings); ///< racecourse-lock-order-inversion too
void findCheckThenAct(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-check-then-act
void findDiscipline(const Facts& facts,
                    std::vector<Finding>& findings); ///< racecourse-double-lock, racecourse-lock-leak

void findEscapingReferences(const Facts& facts,
                            std::vector<Finding>& findings); ///< racecourse-escaping-reference
void findUnjoinedThreads(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-unjoined-thread
void findDetachedThreads(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-detached-thread
void findEscapingExceptions(const Facts& facts,
                            std::vector<Finding>& findings);        ///< racecourse-exception-escapes-thread
void findWaits(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-wait-without-predicate
void findLostWakeUps(const Facts& facts,
                     std::vector<Finding>& findings); ///< the same rule: changes without the mutex
void findSharedConnections(const Facts& facts,
                           std::vector<Finding>& findings);         ///< racecourse-shared-connection
void findForks(const Facts& facts, std::vector<Finding>& findings); ///< racecourse-fork-under-threads

// Practice, by the file practice_<topic>.cpp.
void findManualLocks(const Facts& facts, std::vector<Finding>& findings); ///< racestyle-manual-lock
void findBlockingUnderLock(const Facts& facts,
                           std::vector<Finding>& findings); ///< racestyle-blocking-under-lock
void findCallbacksUnderLock(const Facts& facts,
                            std::vector<Finding>& findings); ///< racestyle-callback-under-lock
void findThreadsPerItem(const Facts& facts, std::vector<Finding>& findings);   ///< racestyle-thread-per-item
void findDiscardedFutures(const Facts& facts, std::vector<Finding>& findings); ///< racestyle-discarded-future
void findUnboundedQueues(const Facts& facts, std::vector<Finding>& findings);  ///< racestyle-unbounded-queue
void findVolatileSynchronisation(const Facts& facts,
                                 std::vector<Finding>& findings); ///< racestyle-volatile-synchronisation

} // namespace racecourse::analysis
