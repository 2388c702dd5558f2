// No thread starts here: the host calls onRequest in threads of its own.
int requests;

void onRequest() {
  ++requests;
}
