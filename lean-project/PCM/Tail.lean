module

public import PCM.BinomialSum

/-!
# Evaluating the binomial tail in the kernel

`tailSum n a q k` computes the sum of `C(n, i) a^i q^(k - i)` over `i ≤ k` with a few operations on numbers of moderate
size per term: each term follows from the one before, and the sum is kept as in Horner's rule.
-/

@[expose] public noncomputable section

namespace PCM

/-- Passes the *value* of `x` to `f`. The kernel evaluates arguments only when they are needed; matching on `x` makes it
do so at once, and keeps the terms of a long loop small. -/
def force (x : Nat) (f : Nat → Nat) : Nat := Nat.rec (motive := fun _ => Nat) (f 0) (fun m _ => f (Nat.succ m)) x

/-- `steps` more terms: `i` terms are done, `t` is `C(n, i) a^i` and `s` the sum so far. -/
def tailLoop (n a q steps : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ _ s => s)
    (fun _ rest i t s =>
      force (Nat.succ i) fun j =>
        force (Nat.div (Nat.mul (Nat.mul t (Nat.sub n i)) a) j) fun t =>
          force (Nat.add (Nat.mul s q) t) fun s => rest j t s)
    steps

/-- The sum of `C(n, i) a^i q^(k - i)` over `i ≤ k`. -/
def tailSum (n a q k : Nat) : Nat := tailLoop n a q k 0 1 1

theorem force_eq (x : Nat) (f : Nat → Nat) : force x f = f x := by cases x <;> rfl

theorem tailLoop_succ (n a q steps i t s : Nat) :
    tailLoop n a q (steps + 1) i t s =
      tailLoop n a q steps (i + 1) (t * (n - i) * a / (i + 1)) (s * q + t * (n - i) * a / (i + 1)) := by
  show (force (Nat.succ i) fun j => force (t * (n - i) * a / j) fun t => force (s * q + t) fun s =>
    tailLoop n a q steps j t s) = _
  rw [force_eq, force_eq, force_eq]

theorem tailLoop_eq (n a q : Nat) {steps i t s : Nat} (hn : i + steps ≤ n) (ht : t = choose n i * a ^ i)
    (hs : s * q ^ (n - i) = binomialSum n a q i) :
    tailLoop n a q steps i t s * q ^ (n - (i + steps)) = binomialSum n a q (i + steps) := by
  induction steps generalizing i t s with
  | zero => exact hs
  | succ steps ih =>
    have ht' : t * (n - i) * a / (i + 1) = choose n (i + 1) * a ^ (i + 1) := by
      apply Nat.div_eq_of_eq_mul_left (Nat.succ_pos i)
      have := choose_succ_mul n i
      calc t * (n - i) * a = (choose n i * (n - i)) * a ^ (i + 1) := by rw [ht, Nat.pow_succ]; ac_rfl
        _ = choose n (i + 1) * a ^ (i + 1) * (i + 1) := by rw [← this]; ac_rfl
    rw [tailLoop_succ, show i + (steps + 1) = i + 1 + steps by omega]
    apply ih (by omega) ht'
    rw [ht', binomialSum, ← hs, Nat.add_mul, show n - i = (n - (i + 1)) + 1 by omega, Nat.pow_succ q]
    congr 1
    ac_rfl

/-- What the kernel computes is the sum that `atMost_mul_pow` is about. -/
theorem tailSum_eq {n a q k : Nat} (h : k ≤ n) : tailSum n a q k * q ^ (n - k) = binomialSum n a q k := by
  have := tailLoop_eq n a q (steps := k) (i := 0) (t := 1) (s := 1) (by omega) (by rw [choose_zero]; rfl)
    (by rw [Nat.one_mul, Nat.sub_zero]; rfl)
  rwa [Nat.zero_add] at this

end PCM
