// No thread starts here: the host calls onRequest and onTimer in threads of its own.
int requests;

void onRequest() {
  ++requests;
}

void onTimer() {
  --requests;
}
