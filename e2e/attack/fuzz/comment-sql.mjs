// Loaded before the portal: every statement that it sends carries a comment, so that an answer or a log line
// that quotes a statement quotes the comment. The files of the portal stay as they were built.
import { register } from 'node:module';

const { FUZZ_COMMENT: comment } = process.env;
delete process.env.FUZZ_COMMENT;
register('./comment-hook.mjs', import.meta.url, { data: { comment } });
