// tensorflow/c/kernels.h includes this header, of which it takes one name; the kernels here do not use it.
#pragma once
typedef struct TF_RendezvousThunk TF_RendezvousThunk;
