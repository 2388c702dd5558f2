// The way through: a compiler invocation made from the command, bodies of system headers skipped while parsing, then
// the unit translated (translate_unit.h). Nothing here outlives the call but the unit.
#include "checker/frontend/extract.h"

#include "checker/frontend/recording_files.h"
#include "checker/frontend/translate_unit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/Utils.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <algorithm>

namespace racecourse::frontend {

using namespace clang;

namespace {

/// Keeps the first few errors as text; warnings are somebody else's business.
class ErrorCollector : public DiagnosticConsumer {
public:
  explicit ErrorCollector(std::vector<std::string>& errors) : errors_(errors) {}
  void HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic& info) override {
    DiagnosticConsumer::HandleDiagnostic(level, info);
    if (level < DiagnosticsEngine::Error || errors_.size() >= 5) return;
    llvm::SmallString<256> text;
    info.FormatDiagnostic(text);
    std::string line;
    if (info.hasSourceManager() && info.getLocation().isValid()) {
      PresumedLoc at =
          info.getSourceManager().getPresumedLoc(info.getSourceManager().getExpansionLoc(info.getLocation()));
      if (at.isValid())
        line = std::string(at.getFilename()) + ":" + std::to_string(at.getLine()) + ":" +
               std::to_string(at.getColumn()) + ": ";
    }
    errors_.push_back(line + std::string(text));
  }

private:
  std::vector<std::string>& errors_;
};

class Consumer : public ASTConsumer {
public:
  Consumer(const Models& models, model::Unit& unit) : models_(models), unit_(unit) {}

  bool shouldSkipFunctionBody(Decl* d) override {
    const SourceManager& sm = d->getASTContext().getSourceManager();
    return sm.isInSystemHeader(sm.getExpansionLoc(d->getLocation()));
  }

  bool HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl* d : group)
      top_level_.push_back(d);
    return true;
  }

  void HandleTranslationUnit(ASTContext& context) override {
    // A unit with errors has holes where the bugs may be: it is reported as not analysed.
    if (context.getDiagnostics().hasErrorOccurred()) return;
    translateUnit(context, top_level_, models_, unit_);
  }

private:
  const Models& models_;
  model::Unit& unit_;
  std::vector<Decl*> top_level_;
};

class Action : public ASTFrontendAction {
public:
  Action(const Models& models, model::Unit& unit) : models_(models), unit_(unit) {}

  bool BeginInvocation(CompilerInstance& ci) override {
    ci.getFrontendOpts().SkipFunctionBodies = true; // asks the consumer, body by body
    ci.getDiagnosticOpts().IgnoreWarnings = true;
    ci.getDiagnosticOpts().ShowCarets = false; // no "2 errors generated" on our standard error
    ci.getDiagnostics().setIgnoreAllWarnings(true);
    return true;
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance&, StringRef) override {
    return std::make_unique<Consumer>(models_, unit_);
  }

private:
  const Models& models_;
  model::Unit& unit_;
};

std::string absolutePath(const std::string& file, const std::string& directory) {
  llvm::SmallString<256> path(file);
  if (!llvm::sys::path::is_absolute(path)) {
    path = directory;
    llvm::sys::path::append(path, file);
  }
  llvm::sys::path::remove_dots(path, true);
  return std::string(path);
}

Extraction run(const CompileCommand& command, const Models& models,
               llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs) {
  Extraction result;
  result.unit.main_file = absolutePath(command.file, command.directory);
  if (std::error_code error = fs->setCurrentWorkingDirectory(command.directory)) {
    result.failure = "cannot enter " + command.directory + ": " + error.message();
    return result;
  }
  if (!fs->exists(result.unit.main_file)) {
    result.failure = "no such file";
    return result;
  }
  auto files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), fs);
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const std::string& a = command.arguments[i];
    // Outputs and dependency files are not ours to write.
    if (a == "-o" || a == "-MF" || a == "-MT" || a == "-MQ") {
      ++i;
      continue;
    }
    if (a == "-c" || a == "-MD" || a == "-MMD" || a == "-MP" || a == "-MG" || a == "-M" || a == "-MM")
      continue;
    if (a.size() > 2 && a.starts_with("-o") && a != "-objcmt-migrate-all") continue;
    if (a.size() > 3 && a.starts_with("-MF")) continue;
    arguments.push_back(a);
  }
  arguments.insert(arguments.begin() + (arguments.empty() ? 0 : 1), "-fsyntax-only");
  ErrorCollector errors(result.errors);
  tooling::ToolInvocation invocation(arguments, std::make_unique<Action>(models, result.unit), files.get());
  invocation.setDiagnosticConsumer(&errors);
  result.ok = invocation.run() && errors.getNumErrors() == 0;
  if (!result.ok) {
    result.failure = result.errors.empty() ? "the compiler did not accept the command"
                                           : "does not compile: " + result.errors.front();
    std::string main_file = std::move(result.unit.main_file);
    result.unit = model::Unit();
    result.unit.main_file = std::move(main_file);
  }
  return result;
}

} // namespace

Extraction extract(const CompileCommand& command, const Models& models, FileAnswers* answers) {
  if (!answers) return run(command, models, llvm::vfs::createPhysicalFileSystem());
  auto files = llvm::makeIntrusiveRefCnt<RecordingFiles>(llvm::vfs::createPhysicalFileSystem());
  Extraction result = run(command, models, files);
  *answers = files->answers();
  return result;
}

Extraction extractText(const std::string& text, const std::string& name, const Models& models,
                       std::vector<std::string> flags) {
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  std::string path = absolutePath(name, "/");
  memory->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text, path));
  auto overlay =
      llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(llvm::vfs::createPhysicalFileSystem());
  overlay->pushOverlay(memory);
  CompileCommand command;
  command.directory = "/";
  command.file = path;
  command.arguments = {"clang"};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.arguments.push_back(path);
  return run(command, models, overlay);
}

} // namespace racecourse::frontend
