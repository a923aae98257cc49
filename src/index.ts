// esekit for Node: the engine, its file access and the Error Converter.
export * from './ese/index.ts';
export { FilePageSink } from './ese/io/file-page-sink.ts';
export { FileSource } from './ese/io/file-source.ts';
export { openInstance, type OpenInstanceOptions } from './ese/io/open-instance.ts';
export { SpillFolder } from './ese/io/spill-file.ts';
export { isJetError, JetError, type ErrorPlace } from './errors/jet-error.ts';
