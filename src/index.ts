// esekit for Node: the engine, its file access and the Error Converter.
export * from './ese/index.ts';
export { FileSource } from './ese/io/file-source.ts';
export { isJetError, JetError, type ErrorPlace } from './errors/jet-error.ts';
