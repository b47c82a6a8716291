// Builds client and server, unless the build is of these very sources.
import { build } from './prepare.mjs';

await build();
